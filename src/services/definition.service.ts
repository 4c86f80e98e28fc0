import { Injectable } from '@nestjs/common';
import { PipelineDefinition } from '../sdk/definition/definition';
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

    check(input: unknown): DefinitionCheck {
        return validateDefinition(input, this.adapters.registry);
    }
}
