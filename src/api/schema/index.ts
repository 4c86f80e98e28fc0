import { gql } from 'graphql-tag';
import { fieldHistorySchema } from './field-history-schema';
import { gateSchema } from './gate-schema';
import { pipelineSchema } from './pipeline-schema';
import { runSchema } from './run-schema';
import { settingsSchema } from './settings-schema';
import { undoSchema } from './undo-schema';

export const adminApiSchema = gql`
    ${pipelineSchema}
    ${runSchema}
    ${gateSchema}
    ${settingsSchema}
    ${undoSchema}
    ${fieldHistorySchema}
`;
