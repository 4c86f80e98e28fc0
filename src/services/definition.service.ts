import { Injectable } from '@nestjs/common';
import type { JsonSchema } from '../adapters/json-schema';
import { definitionJsonSchema } from '../validation/definition-json-schema';
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

    /** JSON Schema of a definition with the settings of every adapter of this process, for editors. */
    jsonSchema(): JsonSchema {
        return definitionJsonSchema(this.adapters.registry);
    }
}
