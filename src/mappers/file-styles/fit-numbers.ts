import { isJsonObject, type JsonObject, type JsonValue, replaceObjects, textOf } from '../../../shared/json';
import type { PipelineDefinition } from '../../sdk/definition/definition';
import type { ColumnProfile } from '../profile/column-profile';
import type { Fitted } from './fit-to-shop';

type Column = Pick<ColumnProfile, 'name' | 'decimalSign' | 'thousandsSign'>;
type Signs = Omit<Column, 'name'>;

const CONVERSIONS = ['toCents', 'toNumber'];

/**
 * A known pipeline reads numbers as 1234.50. A shop in Germany exports 1234,50, and so does whoever saves the file with a
 * spreadsheet there: numbers are then read as their columns have them. Prices are written alike, so that a column without
 * decimals in the sample goes by the others.
 */
export function fitNumbers(definition: PipelineDefinition, columns: readonly Column[]): Fitted {
    const byName = new Map(columns.map(column => [column.name.trim(), column]));
    const prices = conversionsIn(
        definition.steps.map(({ config }) => config),
        'toCents',
    );
    const signs = prices.map(path => byName.get(path)).filter(column => column?.decimalSign);
    const ofPrices = signs.every(column => column!.decimalSign === ',') ? signs[0] : undefined;
    const signsOf = (op: string, path: string): Signs | undefined =>
        op === 'toCents' && byName.has(path) ? ofPrices : byName.get(path);
    const steps = definition.steps.map(step => ({ ...step, config: withSigns(step.config, signsOf) as JsonObject }));
    const fitted = { ...definition, steps };
    const changed = JSON.stringify(fitted) !== JSON.stringify(definition);
    return changed
        ? { definition: fitted, notes: ['Numbers are read with a comma before their decimals, as the file has them.'] }
        : { definition, notes: [] };
}

function withSigns(value: JsonValue, signsOf: (op: string, path: string) => Signs | undefined): JsonValue {
    return replaceObjects(value, object => {
        const { op, args } = object;
        if (!CONVERSIONS.includes(textOf(op)) || !isJsonObject(args)) return undefined;
        const signs = signsOf(textOf(op), textOf(args.path));
        if (signs?.decimalSign !== ',') return object;
        const { decimalSign, thousandsSign } = signs;
        return { ...object, args: { ...args, decimalSign, ...(thousandsSign === null ? {} : { thousandsSign }) } };
    });
}

/** The fields that such operators read. */
function conversionsIn(value: JsonValue, wanted: string): string[] {
    if (Array.isArray(value)) return value.flatMap(item => conversionsIn(item, wanted));
    if (!isJsonObject(value)) return [];
    const { op, args } = value;
    const own = op === wanted && isJsonObject(args) ? [textOf(args.path)] : [];
    return [...own, ...Object.values(value).flatMap(item => conversionsIn(item, wanted))];
}
