import { Injectable } from '@nestjs/common';
import { JsonSchema, toJsonSchema } from '../adapters/json-schema';
import { definitionSchema } from '../sdk/definition/definition';
import { DefinitionCheck, validateDefinition } from '../validation/validate-definition';
import { DataHubRegistryService } from './data-hub-registry.service';

/** Checks definitions against the adapters of this process. */
@Injectable()
export class DefinitionService {
    constructor(private readonly adapters: DataHubRegistryService) {}

    /** Every problem at once; without a definition in the answer it cannot run. */
    check(input: unknown): DefinitionCheck {
        return validateDefinition(input, this.adapters.registry);
    }

    /** JSON Schema of a definition, for editors. */
    jsonSchema(): JsonSchema {
        return toJsonSchema(definitionSchema);
    }
}
