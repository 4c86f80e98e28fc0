import { isJsonObject } from '../../shared/json';
import { compileCondition } from '../operators/conditions/condition';
import { compileTemplate } from '../operators/text/placeholders';
import { conditionSchema } from '../sdk/condition';
import { StepType } from '../sdk/definition/definition';
import { DATA_STEPS, HOOK_STAGES, HookStage } from '../sdk/definition/hooks';
import { didYouMean } from '../sdk/did-you-mean';
import { Problem, problem, warning } from './problem';
import { listIn, ReadableStep } from './readable';
import { refusedBy } from './steps/refused-by';
import { urlProblems } from './url-problems';

type Path = readonly PropertyKey[];

interface ReadableHook {
    stage: HookStage;
    step: string | undefined;
    given: Record<string, unknown>;
    path: Path;
}

/** What is wrong with hooks beyond their shape: that they are never called, or cannot do what they shall. */
export function hookProblems(input: unknown, steps: readonly ReadableStep[]): Problem[] {
    const byKey = new Map(steps.map(step => [step.key, step]));
    return readableHooks(input).flatMap(hook => [
        ...stepProblems(hook, byKey),
        ...interceptorProblems(hook),
        ...urlProblems(hook.given['url'], [...hook.path, 'url']),
        ...conditionProblems(hook.given['when'], [...hook.path, 'when']),
        ...textProblems(hook.given['message'], [...hook.path, 'message']),
    ]);
}

function readableHooks(input: unknown): ReadableHook[] {
    return listIn(input, 'hooks').flatMap((given, i) => {
        if (!isJsonObject(given)) return [];
        const stage = HOOK_STAGES.find(known => known === given['stage']);
        const step = typeof given['step'] === 'string' ? given['step'] : undefined;
        return stage ? [{ stage, step, given, path: ['hooks', i] }] : [];
    });
}

function stepProblems({ stage, step, path }: ReadableHook, byKey: ReadonlyMap<string, ReadableStep>): Problem[] {
    const met = typeAt(stage);
    if (step === undefined) {
        if (met === undefined || [...byKey.values()].some(({ type }) => type === undefined || type === met)) return [];
        const message = `The pipeline has no ${met} step, so the hook is never called.`;
        return [warning([...path, 'stage'], message, 'Remove the hook, or choose another stage.')];
    }
    const at = [...path, 'step'];
    const named = byKey.get(step);
    if (!named) return [problem(at, `There is no step with the key "${step}".`, didYouMean(step, byKey.keys()))];
    if (stage.startsWith('PIPELINE_')) {
        const message = `${stage} is about the whole run and not about a step, so the hook would never be called.`;
        return [problem(at, message, 'Remove "step".')];
    }
    if (named.type === undefined || named.type === met) return [];
    if (met !== undefined) {
        const message = `"${step}" is of type ${named.type}, which ${stage} never meets.`;
        return [problem(at, message, `Name a step of type ${met}, or choose another stage.`)];
    }
    if (named.type !== 'TRIGGER') return [];
    return [problem(at, `"${step}" is a TRIGGER, at which nothing can go wrong.`, 'Name another step.')];
}

/** Type of the steps at which the stage is met; undefined when it is not bound to a type. */
function typeAt(stage: HookStage): string | undefined {
    return DATA_STEPS.find(type => stage === `BEFORE_${type}` || stage === `AFTER_${type}`);
}

/** Steps whose records can be exchanged before and after them. */
const INTERCEPTED: readonly StepType[] = ['TRANSFORM', 'VALIDATE', 'ENRICH', 'ROUTE'];
const INTERCEPTING_STAGES: readonly string[] = [
    'AFTER_EXTRACT',
    ...INTERCEPTED.flatMap(type => [`BEFORE_${type}`, `AFTER_${type}`]),
    'BEFORE_LOAD',
    'BEFORE_EXPORT',
];

function interceptorProblems({ stage, given, path }: ReadableHook): Problem[] {
    if (given['action'] !== 'INTERCEPTOR' || INTERCEPTING_STAGES.includes(stage)) return [];
    const message = `No records pass at ${stage}, so an INTERCEPTOR has nothing to work on.`;
    const hint = `Use one of ${INTERCEPTING_STAGES.join(', ')}, or the action SCRIPT.`;
    return [problem([...path, 'stage'], message, hint)];
}

/** A condition of another shape has been named by the schema. */
function conditionProblems(when: unknown, path: Path): Problem[] {
    const condition = conditionSchema.safeParse(when);
    return condition.success ? refusedBy(() => compileCondition(condition.data), path) : [];
}

function textProblems(message: unknown, path: Path): Problem[] {
    return typeof message === 'string' ? refusedBy(() => compileTemplate(message), path) : [];
}
