import { z } from 'zod';
import type { JsonObject, JsonValue } from '../../../shared/json';
import { getPath } from '../../../shared/path';
import { didYouMean } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';
import { customFields, filledText, languageCode, listOf } from '../field-kinds';
import { RecordCheck } from '../product/record-check';
import type { CustomShape } from './custom-shape';

/** A record by the names of the entity. */
export type CustomRecord = JsonObject & {
    channels?: string[];
    translations?: (JsonObject & { languageCode: string; customFields?: JsonObject })[];
    customFields?: JsonObject;
};

type Target = (record: JsonObject, value: JsonValue) => void;

/** Gives the fields of a record the names that the entity has for them. */
export class RecordMapper {
    private readonly check: RecordCheck;
    private readonly targets: readonly [path: string, target: Target][] | undefined;

    private readonly names: readonly string[];

    constructor(
        private readonly shape: CustomShape,
        fields?: Readonly<Record<string, string>>,
        /** The id is given, although the database makes those of new rows. */
        givesId = false,
    ) {
        this.names = [...(givesId ? [shape.id.path] : []), ...shape.fields];
        this.targets = fields && Object.entries(fields).map(([name, path]) => [path, this.targetOf(name)]);
        this.check = new RecordCheck(recordOf(this.names), shape.name);
    }

    map(data: JsonObject): JsonObject {
        const record: JsonObject = {};
        if (!this.targets) {
            for (const name of this.names) {
                const value = getPath(data, name);
                if (value !== undefined) record[name] = value;
            }
            return record;
        }
        for (const [path, put] of this.targets) {
            const value = getPath(data, path);
            if (value !== undefined) put(record, value);
        }
        return record;
    }

    read(data: JsonObject): { record: CustomRecord; problem: UserError | undefined } {
        const record = this.map(data) as CustomRecord;
        return { record, problem: this.check.problemOf(this.targets ? record : { ...data, ...record }) };
    }

    /** `customFields.erpId` and `translations.de.name` stand for one value of several. */
    private targetOf(name: string): Target {
        const [first, second, third, ...more] = name.split('.');
        if (first === 'customFields' && second && !third && this.shape.hasCustomFields) {
            return (record, value) => {
                record['customFields'] = { ...(record['customFields'] as JsonObject), [second]: value };
            };
        }
        if (first === 'translations' && second && third && more.length === 0 && this.shape.texts.has(third)) {
            return (record, value) => {
                const list = (record['translations'] ??= []) as JsonObject[];
                let translation = list.find(each => each['languageCode'] === second);
                if (!translation) list.push((translation = { languageCode: second }));
                translation[third] = value;
            };
        }
        if (!this.names.includes(name)) assertField(this.shape, name, 'fields');
        return (record, value) => {
            record[name] = value;
        };
    }
}

export function assertField(shape: CustomShape, name: string, setting: string): void {
    const { fields } = shape;
    if (fields.includes(name)) return;
    const why = shape.whyNot(name);
    const place = { field: setting, got: name };
    if (why) {
        const message = `${setting}: "${name}" of ${shape.name} cannot be loaded: ${why}.`;
        throw new UserError('field-not-loadable', message, 'Take it out.', place);
    }
    const message = `${setting}: ${shape.name} has no "${name}". It has ${fields.join(', ')}.`;
    throw new UserError('unknown-field', message, didYouMean(name, fields), place);
}

function recordOf(names: readonly string[]) {
    const any: Record<string, z.ZodType> = Object.fromEntries(names.map(name => [name, z.unknown().optional()]));
    const known: Record<string, z.ZodType> = {
        channels: listOf(filledText('Channel code.'), 'Channels besides the default one.').optional(),
        translations: listOf(
            z.looseObject({ languageCode, customFields: customFields.optional() }),
            'Texts by language.',
        ).optional(),
        customFields: customFields.optional(),
    };
    for (const [name, type] of Object.entries(known)) if (name in any) any[name] = type;
    return z.looseObject(any);
}
