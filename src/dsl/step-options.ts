import type { z } from 'zod';
import { PipelineDefinitionInput } from '../sdk/definition/definition';
import type { gateStepSchema } from '../sdk/definition/gate-step';
import type { routeStepSchema } from '../sdk/definition/route-step';

type Step = PipelineDefinitionInput['steps'][number];

/** What may stand beside the settings of a step. */
export type StepOptions = Pick<Step, 'name' | 'disabled' | 'onError' | 'retryPerRecord' | 'tolerance' | 'timeoutMs'>;
/** Guards open a gate in front of the step when it would change more than they allow. */
export type LoadOptions = StepOptions & Pick<Step, 'guards'>;
/** A ROUTE cannot be disabled: its records would not know where to go. */
export type RouteOptions = Omit<StepOptions, 'disabled'>;
/** A gate refuses no record, so there is no error to handle. */
export type GateOptions = Pick<Step, 'name' | 'disabled'>;
export type TriggerOptions = Pick<Step, 'name'>;

export type RouteSettings = z.input<typeof routeStepSchema>;

type AnyGate = z.input<typeof gateStepSchema>;
type OfEveryGate = Pick<AnyGate, 'notifyWebhook' | 'notifyEmail' | 'previewCount'>;
/** Each type of gate has what it needs, and nothing that it would not look at. */
export type GateSettings = OfEveryGate &
    (
        | { approvalType: 'MANUAL' }
        | ({ approvalType: 'THRESHOLD' } & Required<Pick<AnyGate, 'errorThresholdPercent'>>)
        | ({ approvalType: 'TIMEOUT' } & Required<Pick<AnyGate, 'timeoutSeconds' | 'onTimeout'>>)
    );

type AnyHook = NonNullable<PipelineDefinitionInput['hooks']>[number];
/** A hook on all steps of its stage, or on one that is there already. */
export type HookOn<Key extends string, H = AnyHook> = H extends AnyHook ? Omit<H, 'step'> & { step?: Key } : never;

export type Context = NonNullable<PipelineDefinitionInput['context']>;
export type ParallelOptions = Omit<NonNullable<Context['parallelExecution']>, 'enabled'>;
export type EdgeOptions = Omit<NonNullable<PipelineDefinitionInput['edges']>[number], 'from' | 'to'>;
