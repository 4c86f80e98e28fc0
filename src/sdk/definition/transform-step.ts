import { config, field } from '../field';
import { operatorConfigSchema } from './definition';

/** Settings of TRANSFORM and ENRICH steps. */
export const transformStepSchema = config({
    operators: field.list(operatorConfigSchema, 'Operators', 'They run one after the other on every record.').min(1),
});
