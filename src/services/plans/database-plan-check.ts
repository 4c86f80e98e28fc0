import { isDeepStrictEqual } from 'node:util';
import { isSharedType } from '../../catalog/apply/descriptions';
import type { CatalogScope } from '../../catalog/catalog-scope';
import { DataHubChangeSet, type PipelineRun } from '../../entities';
import type { PlanCheck } from '../../runtime/ports';
import type { JsonValue } from '../../../shared/json';
import type { ChangeSet, EntityChange, FieldChange } from '../../sdk/change-set';
import { UserError } from '../../sdk/errors';
import type { CheckpointService } from '../checkpoint.service';
import { fitText } from '../stored-text';
import { isPartOf } from './part-of-plan';

const columns = ['recordKey', 'recordIndex', 'action', 'entityType', 'entityId', 'entityKey', 'fields'] as const;

/** The change of one entity, as the plan has it. */
interface Planned {
    recordKey: string;
    recordIndex: number;
    action: string;
    entityType: string;
    entityId: string | null;
    entityKey: string;
    fields: EntityChange['fields'];
}

/** Undefined for a run that applies no plan. Without `checkpoints` it does not know what the sources were. */
export async function planCheckOf(
    { kind, ofRunId }: Pick<PipelineRun, 'kind' | 'ofRunId'>,
    checkpoints?: CheckpointService,
): Promise<DatabasePlanCheck | undefined> {
    if (kind !== 'PIPELINE' || ofRunId === null) return undefined;
    const checkpoint = await checkpoints?.load(ofRunId);
    return new DatabasePlanCheck(ofRunId, checkpoint?.sourceFingerprints ?? {});
}

/** Compares change sets with those of a dry run: a statement for each batch and step, and seldom some more. */
class DatabasePlanCheck implements PlanCheck<CatalogScope> {
    constructor(
        private readonly planId: PipelineRun['id'],
        readonly sourceFingerprints: Readonly<Record<string, string>>,
    ) {}

    async outdated(
        step: string,
        changeSets: readonly ChangeSet[],
        scope: CatalogScope,
    ): Promise<Map<ChangeSet, UserError>> {
        const keys = [...new Set(changeSets.map(({ key }) => fitText(key, 500)))];
        const rows = await this.rowsOf(scope, 'recordKey', keys, { step });
        const ofRecord = new Map<string, Planned[]>();
        for (const row of rows) {
            const known = ofRecord.get(row.recordKey);
            if (known) known.push(row);
            else ofRecord.set(row.recordKey, [row]);
        }
        const shared = await this.sharedIn(scope, step, changeSets, rows);
        const outdated = new Map<ChangeSet, UserError>();
        for (const changeSet of changeSets) {
            const planned = ofRecord.get(fitText(changeSet.key, 500)) ?? [];
            const problem = problemOf(changeSet, planned, shared);
            if (problem) outdated.set(changeSet, problem);
        }
        return outdated;
    }

    /**
     * What many records need, such as a facet value, is created by the first that comes, and batches may come in another order
     * than in the plan. A statement for each entity that is missing among the records of this batch: five at most.
     */
    private async sharedIn(
        scope: CatalogScope,
        step: string,
        changeSets: readonly ChangeSet[],
        rows: readonly Planned[],
    ): Promise<Set<string>> {
        const known = new Set(rows.map(nameOf));
        const missing = new Map<string, Set<string>>();
        for (const entity of changeSets.flatMap(({ entities }) => entities)) {
            const { entityType, action, key } = entity;
            if (!isSharedType(entityType) || action !== 'CREATE' || known.has(nameOf(plannedOf(entity)))) continue;
            missing.set(entityType, (missing.get(entityType) ?? new Set()).add(fitText(key, 500)));
        }
        for (const [entityType, keys] of missing) {
            const found = await this.rowsOf(scope, 'entityKey', [...keys], { step, entityType, action: 'CREATE' });
            for (const row of found) known.add(nameOf(row));
        }
        return known;
    }

    private async rowsOf(
        { sql }: CatalogScope,
        column: 'recordKey' | 'entityKey',
        values: readonly string[],
        equals: Record<string, string>,
    ): Promise<Planned[]> {
        const where = { isFalse: ['applied', 'planned'], equals: { runId: this.planId, ...equals } };
        const rows = await sql.selectIn(sql.table(DataHubChangeSet), columns, column, values, where);
        return rows.map(
            row => Object.fromEntries(columns.map((name, index) => [name, row[index]])) as unknown as Planned,
        );
    }
}

function problemOf(
    changeSet: ChangeSet,
    planned: readonly Planned[],
    shared: ReadonlySet<string>,
): UserError | undefined {
    const key = changeSet.key;
    if (planned.length === 0) {
        return outdated(key, 'The plan does not change it, and by now it would be changed.');
    }
    const mine = changeSet.entities.filter(isOwn).map(plannedOf);
    const texts = mine.map(textOf).sort();
    const byRecord = new Map<number, Planned[]>();
    for (const row of planned) byRecord.set(row.recordIndex, [...(byRecord.get(row.recordIndex) ?? []), row]);
    const isPlanned = [...byRecord.values()].some(rows => {
        const own = rows.filter(isOwn);
        if (isDeepStrictEqual(texts, own.map(textOf).sort())) return true;
        return changeSet.refusedParts !== undefined && isPartOf(mine.map(comparable), own.map(comparable));
    });
    if (!isPlanned) return outdated(key, differenceOf(changeSet, planned));
    const added = changeSet.entities
        .filter(entity => !isOwn(entity))
        .find(entity => !shared.has(nameOf(plannedOf(entity))));
    if (!added) return undefined;
    return outdated(
        key,
        `It would also ${added.action.toLowerCase()} ${added.entityType} "${added.key}", which the plan does not.`,
    );
}

/** The first thing that is another one by now, so that somebody can look for the cause. */
function differenceOf({ entities }: ChangeSet, planned: readonly Planned[]): string {
    for (const entity of entities.filter(isOwn)) {
        const same = planned.find(
            ({ entityType, entityKey }) => entityType === entity.entityType && entityKey === fitText(entity.key, 500),
        );
        const what = `${entity.entityType} "${entity.key}"`;
        if (!same) return `The plan does not change ${what}.`;
        if (same.action !== entity.action) {
            return `The plan would ${same.action.toLowerCase()} ${what}, and by now it would be to ${entity.action.toLowerCase()} it.`;
        }
        const before = new Map(same.fields.map(change => [change.path, change]));
        for (const change of entity.fields) {
            const plan = before.get(change.path);
            if (plan && isDeepStrictEqual(canonical(plan), canonical(change))) continue;
            if (!plan) return `The plan does not change "${change.path}" of ${what}.`;
            const [value, when] = isDeepStrictEqual(plan.before, change.before)
                ? ([change.after, 'the source gives'] as const)
                : ([change.before, 'the shop has'] as const);
            const was = when === 'the shop has' ? plan.before : plan.after;
            return `"${change.path}" of ${what}: when the plan was made ${when.replace('has', 'had').replace('gives', 'gave')} ${shown(was)}, and now ${when} ${shown(value)}.`;
        }
    }
    return 'Less of it would be changed by now.';
}

function outdated(key: string, because: string): UserError {
    return new UserError(
        'plan-outdated',
        `"${key}" is not written, because it is no longer what the plan has seen. ${because}`,
        'Make a new dry run and look at its plan; or send the record again as it is, and it is written whatever the plan said.',
        { key },
    );
}

function plannedOf({
    action,
    entityType,
    entityId,
    key,
    fields,
}: EntityChange): Omit<Planned, 'recordKey' | 'recordIndex'> {
    return { action, entityType, entityId, entityKey: fitText(key, 500), fields };
}

function isOwn({ entityType }: { entityType: string }): boolean {
    return !isSharedType(entityType);
}

/** Equal for equal changes, whatever the order of fields and what JSON has left out. */
function textOf(change: ReturnType<typeof plannedOf>): string {
    const { identity, fields } = comparable(change);
    return JSON.stringify([identity, fields.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))]);
}

function comparable({ action, entityType, entityId, entityKey, fields }: ReturnType<typeof plannedOf>) {
    return { identity: JSON.stringify([entityType, entityKey, action, entityId]), fields: fields.map(canonical) };
}

function canonical({ path, before, after }: FieldChange): FieldChange {
    return JSON.parse(JSON.stringify({ path, before, after })) as FieldChange;
}

function nameOf({ action, entityType, entityKey }: Pick<Planned, 'action' | 'entityType' | 'entityKey'>): string {
    return JSON.stringify([action, entityType, entityKey]);
}

function shown(value: JsonValue | undefined): string {
    const text = value === undefined ? 'nothing' : JSON.stringify(value);
    return text.length <= 100 ? text : `${text.slice(0, 100)}…`;
}
