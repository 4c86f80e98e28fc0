import { gql } from 'graphql-tag';
import { changeSchema } from './change-schema';
import { entityOriginSchema } from './entity-origin-schema';
import { fieldHistorySchema } from './field-history-schema';
import { fileSchema } from './file-schema';
import { gateSchema } from './gate-schema';
import { overviewSchema } from './overview-schema';
import { pipelineSchema } from './pipeline-schema';
import { quarantineSchema } from './quarantine-schema';
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
    ${overviewSchema}
    ${changeSchema}
    ${quarantineSchema}
    ${fileSchema}
    ${entityOriginSchema}
`;
