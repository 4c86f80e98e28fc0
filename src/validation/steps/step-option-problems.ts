import { isJsonObject } from '../../../shared/json';
import { AdapterRegistry } from '../../adapters/adapter-registry';
import { StepType } from '../../sdk/definition/definition';
import { Problem, problem, warning } from '../problem';
import { ReadableStep } from '../readable';
import { toleranceProblems } from '../tolerance-problems';

type Path = readonly PropertyKey[];

/** What stands beside the settings of a step and does not fit its type, or has no effect. */
export function stepOptionProblems(step: ReadableStep, registry: AdapterRegistry): Problem[] {
    const path = ['steps', step.index];
    return [
        ...disabledProblems(step, path),
        ...errorProblems(step, path),
        ...timeoutProblems(step, path),
        ...toleranceProblems(step.given['tolerance'], [...path, 'tolerance']),
        ...guardProblems(step, [...path, 'guards'], registry),
    ];
}

function disabledProblems({ type, given, key }: ReadableStep, path: Path): Problem[] {
    if (type !== 'ROUTE' || given['disabled'] !== true) return [];
    const message = `"${key}" is a ROUTE and cannot be disabled: its records would not know where to go.`;
    const hint = 'Disable the steps behind its branches, or remove it and let records flow past it.';
    return [problem([...path, 'disabled'], message, hint)];
}

/** Steps that never refuse a record, and steps on which another attempt ends like the first. */
const REFUSES_NOTHING: readonly (StepType | undefined)[] = ['TRIGGER', 'GATE'];
const SAME_AGAIN: Partial<Record<StepType, string>> = {
    VALIDATE: 'a record that breaks a rule breaks it again',
    EXTRACT: 'what could not be read the first time cannot be read the second time',
};

function errorProblems({ type, given, key }: ReadableStep, path: Path): Problem[] {
    if (REFUSES_NOTHING.includes(type)) {
        return ['onError', 'retryPerRecord', 'tolerance']
            .filter(option => given[option] !== undefined)
            .map(option => {
                const message = `"${key}" is of type ${type} and never refuses a record, so "${option}" has no effect.`;
                return warning([...path, option], message, 'Remove it.');
            });
    }
    const { onError, retryPerRecord } = given;
    const found: Problem[] = [];
    if (retryPerRecord !== undefined && onError !== 'RETRY') {
        const message = '"retryPerRecord" has no effect without "onError": "RETRY".';
        found.push(warning([...path, 'retryPerRecord'], message, 'Set onError to RETRY, or remove it.'));
    }
    const reason = type && SAME_AGAIN[type];
    if (onError === 'RETRY' && reason) {
        const message = `RETRY has no use at "${key}": ${reason}.`;
        found.push(warning([...path, 'onError'], message, 'Use REJECT, SKIP or STOP.'));
    }
    return found;
}

function timeoutProblems({ type, given, key }: ReadableStep, path: Path): Problem[] {
    if (given['timeoutMs'] === undefined || !REFUSES_NOTHING.includes(type)) return [];
    const hint = type === 'GATE' ? 'A gate of type TIMEOUT has "timeoutSeconds" in its settings.' : 'Remove it.';
    return [warning([...path, 'timeoutMs'], `"timeoutMs" has no effect on "${key}", a ${type} step.`, hint)];
}

function guardProblems({ type, given, config, key }: ReadableStep, path: Path, registry: AdapterRegistry): Problem[] {
    const { guards } = given;
    if (guards === undefined || type === undefined) return [];
    if (type !== 'LOAD') {
        const message = `"${key}" is of type ${type}; only a LOAD can be guarded.`;
        return [problem(path, message, 'Move the guards to the LOAD step behind it.')];
    }
    return [...loaderProblems(config['adapterCode'], path, registry), ...limitProblems(guards, path)];
}

function loaderProblems(code: unknown, path: Path, registry: AdapterRegistry): Problem[] {
    const loader = typeof code === 'string' ? registry.find('LOADER', code) : undefined;
    if (loader?.type !== 'LOADER' || !loader.withoutPlan) return [];
    const message = `The loader "${loader.code}" has no plan, so guards cannot see what it would change.`;
    return [warning(path, message, 'Put a GATE in front of the step, or declare the loader with defineLoader.')];
}

function limitProblems(guards: unknown, path: Path): Problem[] {
    if (!isJsonObject(guards)) return [];
    const { maxPriceJumpsPercent, ...limits } = guards;
    if (maxPriceJumpsPercent !== undefined && limits['maxPriceChangePercent'] === undefined) {
        const message =
            '"maxPriceJumpsPercent" has no effect without "maxPriceChangePercent", which says what a jump is.';
        return [warning([...path, 'maxPriceJumpsPercent'], message, 'Set both.')];
    }
    if (Object.values(limits).some(limit => limit !== undefined)) return [];
    return [warning(path, 'The guards have no limit, so they open no gate.', 'Set one of them, such as maxDeleted.')];
}
