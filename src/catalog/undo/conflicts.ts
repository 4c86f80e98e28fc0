import type { JsonValue } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import type { NetChange } from './net-change';

type Entity = Pick<NetChange, 'entityType' | 'key'>;

/** A value that is not what the run left behind. */
export interface Edit {
    path: string;
    /** Undefined: nothing. */
    wrote: JsonValue | undefined;
    now: JsonValue | undefined;
}

export function changedSince(entity: Entity, { path, wrote, now }: Edit, before: JsonValue | undefined): UserError {
    return new UserError(
        'changed-since',
        `${nameOf(entity)}: ${path} was set to ${shown(wrote)} by the run and is ${shown(now)} now; it stays as it is.`,
        `Set it to ${shown(before)} by hand if that is what you want.`,
        { key: entity.key, field: path, ...got(now) },
    );
}

/** Of something that the run created, which therefore is not deleted. */
export function editedSince(entity: Entity, { path, wrote, now }: Edit, stays: string): UserError {
    return new UserError(
        'changed-since',
        `${nameOf(entity)} was created by the run; ${path} was ${shown(wrote)} then and is ${shown(now)} now. ${stays}`,
        'Delete it by hand if nobody needs it.',
        { key: entity.key, field: path, ...got(now) },
    );
}

export function deletedSince(entity: Entity): UserError {
    return new UserError(
        'changed-since',
        `${nameOf(entity)} was changed by the run and has been deleted since; it stays deleted.`,
        'Restore it first if its old values are wanted, then undo the run once more.',
        { key: entity.key },
    );
}

export function deletedForGood(entity: Entity): UserError {
    return new UserError(
        'cannot-be-undone',
        `${nameOf(entity)} was deleted for good: Vendure keeps nothing of it to bring back.`,
        'Load it again from the values that its change set shows.',
        { key: entity.key },
    );
}

export function inUseSince(entity: Entity, by: string, stays: string): UserError {
    return new UserError(
        'in-use-since',
        `${nameOf(entity)} was created by the run and is used by ${by} now. ${stays}`,
        'Delete it by hand once nothing uses it.',
        { key: entity.key },
    );
}

export function valueTaken(entity: Entity, path: string, value: JsonValue, owner: string): UserError {
    return new UserError(
        'in-use-since',
        `${nameOf(entity)} had the ${path} ${shown(value)} before the run, which belongs to ${owner} now; it is left as it is.`,
        'Change or delete the other one, then undo the run once more.',
        { key: entity.key, field: path, ...got(value) },
    );
}

export function targetGone(entity: Entity, path: string, target: string): UserError {
    return new UserError(
        'changed-since',
        `${nameOf(entity)}: ${path} held ${shown(target)} before the run, which does not exist any more; it is left as it is.`,
        'Create it again, then undo the run once more.',
        { key: entity.key, field: path, got: target },
    );
}

export function cannotUndo(entity: Entity): UserError {
    const [why, hint] = NOT_UNDONE[entity.entityType] ?? [
        'its type is not one that an undo knows',
        'Change it by hand, or with an import of the old values.',
    ];
    return new UserError(
        'cannot-be-undone',
        `${nameOf(entity)}: what the run did to it cannot be taken back by an undo, as ${why}.`,
        hint,
        { key: entity.key },
    );
}

const NOT_UNDONE: Record<string, [why: string, hint: string]> = {
    Order: [
        'payments, deliveries and invoices may hang on it and Vendure does not delete such orders either',
        'Cancel the order in the admin, or delete its rows and those of its payments from the database.',
    ],
};

export function cannotUndoField(entity: Entity, path: string, why: string): UserError {
    return new UserError(
        'cannot-be-undone',
        `${nameOf(entity)}: ${path} cannot be taken back: ${why}.`,
        'Change it by hand.',
        { key: entity.key, field: path },
    );
}

function nameOf({ entityType, key }: Entity): string {
    return `${entityType} "${key}"`;
}

function got(value: JsonValue | undefined): { got?: JsonValue } {
    return value === undefined ? {} : { got: value };
}

function shown(value: JsonValue | undefined): string {
    if (value === undefined) return 'nothing';
    const text = JSON.stringify(value);
    return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
