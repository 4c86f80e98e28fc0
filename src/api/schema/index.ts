import { gql } from 'graphql-tag';
import { pipelineSchema } from './pipeline-schema';
import { runSchema } from './run-schema';
import { settingsSchema } from './settings-schema';

export const adminApiSchema = gql`
    ${pipelineSchema}
    ${runSchema}
    ${settingsSchema}
`;
