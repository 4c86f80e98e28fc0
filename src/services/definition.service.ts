import { Injectable } from '@nestjs/common';
import { JsonSchema, toJsonSchema } from '../adapters/json-schema';
import { definitionSchema, PipelineDefinition } from '../sdk/definition/definition';
import { validateDefinition } from '../validation/validate-definition';
import { DataHubRegistryService } from './data-hub-registry.service';
import { DefinitionProblem } from './pipeline-results';

export interface DefinitionCheck {
    /** Complete with defaults; absent when there are problems. */
    definition?: PipelineDefinition;
    problems: DefinitionProblem[];
}

/** Checks definitions against the adapters of this process. */
@Injectable()
export class DefinitionService {
    constructor(private readonly adapters: DataHubRegistryService) {}

    /** JSON Schema of a definition, for editors. */
    jsonSchema(): JsonSchema {
        return toJsonSchema(definitionSchema);
    }

    check(input: unknown): DefinitionCheck {
        return validateDefinition(input, this.adapters.registry);
    }
}
