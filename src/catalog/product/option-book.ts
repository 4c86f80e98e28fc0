import { UserError } from '../../sdk/errors';
import type { EntityId } from '../sql/sql-session';
import type { BatchState, SharedCreations } from './batch-state';
import { codeFor, keyPart } from './codes';
import { EntityDraft } from './entity-draft';
import type { LiveOption, LiveOptionGroup } from './live-catalog';
import { firstFreeCode, isMadeOf, isSameName, meantByCode } from './names';
import type { OptionGroupRecord } from './product-record';

export interface GroupEntry {
    /** As change sets call it. */
    key: string;
    code: string;
    /** Absent when it is yet to be created. */
    id?: EntityId;
    /** Has a code of its own and may belong to several products. */
    shared: boolean;
    name: string;
    /** Linked to the product already. */
    linked: boolean;
    live?: LiveOptionGroup;
    added: OptionEntry[];
    byText: Map<string, OptionEntry>;
}

export interface OptionEntry {
    key: string;
    id?: EntityId;
    code: string;
    /** What a variant's name says of it, by language. */
    names: ReadonlyMap<string, string>;
}

type GroupDefinition = Exclude<OptionGroupRecord, string>;
type OptionDefinition = Exclude<NonNullable<GroupDefinition['options']>[number], string | number>;

/** Option groups and options of one product: those that it has, and those that its record calls into being. */
export class OptionBook {
    readonly groups: GroupEntry[] = [];
    private readonly groupsByText = new Map<string, GroupEntry>();

    constructor(
        private readonly productKey: string,
        private readonly productName: string | undefined,
        live: readonly LiveOptionGroup[],
        private readonly state: BatchState<unknown>,
        private readonly shared: SharedCreations,
    ) {
        for (const group of live) this.groups.push(this.entryOf(group, true));
    }

    /** True when the record links further groups to the product. */
    get grows(): boolean {
        return this.groups.some(group => !group.linked);
    }

    /** Adds the groups that the record declares, in its order; gives all of them. */
    declare(records: readonly OptionGroupRecord[]): GroupEntry[] {
        return records.map(record => {
            const definition = groupDefinition(record);
            const group = this.find(definition.name, definition.code) ?? this.add(definition);
            this.groupsByText.set(definition.name, group);
            for (const option of definition.options ?? []) this.option(group, option);
            return group;
        });
    }

    /** The group that a record calls `text`; a new one unless the product has groups that variants already use. */
    groupCalled(text: string): GroupEntry | undefined {
        const known = this.groupsByText.get(text) ?? this.find(text);
        if (known) this.groupsByText.set(text, known);
        return known;
    }

    option(group: GroupEntry, given: string | number | OptionDefinition): OptionEntry {
        if (typeof given === 'object')
            return this.findOption(group, given.name, given.code) ?? this.addOption(group, given);
        const text = String(given);
        let option = group.byText.get(text);
        if (!option) {
            option = this.findOption(group, text) ?? this.addOption(group, { name: text });
            group.byText.set(text, option);
        }
        return option;
    }

    /** How a change set calls an option that a variant has; undefined for one of a group that the product lacks. */
    keyOf(id: EntityId): string | undefined {
        return this.optionOf(id)?.key;
    }

    groupOf(id: EntityId): GroupEntry | undefined {
        return this.groups.find(group => group.live?.byId(id));
    }

    optionOf(id: EntityId): OptionEntry | undefined {
        const group = this.groupOf(id);
        const option = group?.live?.byId(id);
        return group && option && this.existing(group, option);
    }

    /** Lets the applier find groups that exist; called only for records that change something. */
    fillReferences(): void {
        for (const { id, key } of this.groups) {
            if (id !== undefined) this.state.references.set('ProductOptionGroup', `${this.productKey}/${key}`, id);
        }
    }

    /** Lets the applier find an option that exists. */
    refer({ id, key }: OptionEntry): string {
        if (id !== undefined) this.state.references.set('ProductOption', `${this.productKey}/${key}`, id);
        return key;
    }

    private find(name: string, code?: string): GroupEntry | undefined {
        if (code !== undefined) return this.groups.find(group => group.code === code);
        const called = this.groups.find(group => group.name === name);
        if (called || this.groups.length === 0) return called;
        const ownCode = this.productName === undefined ? undefined : codeFor(`${this.productName}-${name}`);
        return (
            this.groups.find(group => group.code === ownCode || group.code === codeFor(name) || group.code === name) ??
            this.groups.find(group => group.name.toLowerCase() === name.toLowerCase())
        );
    }

    private add(definition: GroupDefinition): GroupEntry {
        const { name, code } = definition;
        const live = code === undefined ? undefined : this.state.sharedGroups.get(code);
        if (live) {
            const entry = this.entryOf(live, false);
            this.groups.push(entry);
            return entry;
        }
        const group: GroupEntry = {
            key: '',
            code: code ?? codeFor(`${this.productName ?? this.productKey}-${name}`),
            shared: code !== undefined,
            name,
            linked: false,
            added: [],
            byText: new Map(),
        };
        group.key = this.freeKey(keyPart(group.code));
        this.groups.push(group);
        const reference = `${this.productKey}/${group.key}`;
        const identity = `ProductOptionGroup ${group.shared ? `/${group.code}` : reference}`;
        const make = () => {
            const draft = new EntityDraft('ProductOptionGroup', null, group.key);
            draft.change('code', undefined, group.code);
            this.names(draft, name, definition.translations);
            return draft.toChange();
        };
        this.shared.need('ProductOptionGroup', identity, reference, make, isContested(group));
        return group;
    }

    /** By name, else by code: signs are lost in codes, and "1/2" would be found as "12". */
    private findOption(group: GroupEntry, name: string, code?: string): OptionEntry | undefined {
        const { live, added } = group;
        if (code !== undefined) {
            const coded = live?.byCode(code);
            return coded ? this.existing(group, coded) : added.find(option => option.code === code);
        }
        const called = live?.byName(name, this.state.run.languageCode) ?? this.liveByCode(group, name);
        if (called) return this.existing(group, called);
        return added.find(({ code, names }) => {
            const isCalled = [...names.values()].some(each => isSameName(each, name));
            return isCalled || ([name, codeFor(name)].includes(code) && !isMadeOf(code, [...names.values()]));
        });
    }

    private liveByCode(group: GroupEntry, name: string): LiveOption | undefined {
        const { live } = group;
        const { memory } = this.state.run;
        return (
            live &&
            meantByCode<LiveOption>(name, {
                byCode: code => live.byCode(code),
                namesOf: ({ names }) => [...names.values()],
                isCodeOfOther: code => memory.isCodeOfOther(this.homeOf(group), code, name),
            })
        );
    }

    /** Of a group that other records of the run may add to as well, the run remembers which names it gave the codes. */
    private codeForNew(group: GroupEntry, name: string): string {
        const isTaken = (code: string) =>
            group.live?.byCode(code) !== undefined || group.added.some(option => option.code === code);
        if (isContested(group)) return this.state.run.memory.giveCode(this.homeOf(group), name, isTaken);
        return firstFreeCode(name, isTaken);
    }

    private homeOf({ id, shared, code, key }: GroupEntry): string {
        const home = id !== undefined ? `#${id}` : shared ? `/${code}` : `${this.productKey}/${key}`;
        return `ProductOption ${home}`;
    }

    private existing(group: GroupEntry, { id, code, names }: LiveOption): OptionEntry {
        return { key: `${group.key}:${keyPart(code)}`, id, code, names };
    }

    private addOption(group: GroupEntry, definition: OptionDefinition): OptionEntry {
        const { name } = definition;
        const code = definition.code ?? this.codeForNew(group, name);
        const key = `${group.key}:${keyPart(code)}`;
        const names = new Map([[this.state.run.languageCode, name]]);
        for (const translation of definition.translations ?? []) names.set(translation.languageCode, translation.name);
        const option: OptionEntry = { key, code, names };
        group.added.push(option);
        const reference = `${this.productKey}/${key}`;
        const make = () => {
            const draft = new EntityDraft('ProductOption', null, key);
            draft.change('code', undefined, code);
            this.names(draft, name, definition.translations);
            return draft.toChange();
        };
        this.shared.need('ProductOption', `${this.homeOf(group)}:${code}`, reference, make, isContested(group));
        return option;
    }

    private names(draft: EntityDraft, name: string, translations: GroupDefinition['translations']): void {
        const { run } = this.state;
        draft.change(`translations.${run.languageCode}.name`, undefined, name);
        for (const [i, translation] of (translations ?? []).entries()) {
            run.facts.assertLanguage(translation.languageCode, `optionGroups.translations[${i}].languageCode`);
            if (translation.languageCode === run.languageCode) continue;
            draft.change(`translations.${translation.languageCode}.name`, undefined, translation.name);
        }
    }

    private entryOf(live: LiveOptionGroup, linked: boolean): GroupEntry {
        const key = this.freeKey(keyPart(live.code));
        const group: GroupEntry = {
            key,
            code: live.code,
            id: live.id,
            shared: false,
            name: live.names.get(this.state.run.languageCode) ?? live.names.values().next().value ?? live.code,
            linked,
            live,
            added: [],
            byText: new Map(),
        };
        for (const name of live.names.values()) this.groupsByText.set(name, group);
        return group;
    }

    private freeKey(key: string): string {
        let free = key;
        for (let i = 2; this.groups.some(group => group.key === free); i++) free = `${key}-${i}`;
        return free;
    }
}

/** Other records of the run, and other runs, may add to it as well. */
function isContested({ id, shared }: GroupEntry): boolean {
    return id !== undefined || shared;
}

/** `size:shoe-size` names a group with a code of its own, as in Vendure's import format. */
export function groupDefinition(record: OptionGroupRecord): GroupDefinition {
    if (typeof record !== 'string') return record;
    const colon = record.indexOf(':');
    if (colon <= 0 || colon === record.length - 1) return { name: record };
    return { name: record.slice(0, colon).trim(), code: record.slice(colon + 1).trim() };
}

export function missingOption(variant: string, group: GroupEntry): UserError {
    return new UserError(
        'option-missing',
        `${variant} has no option of the group "${group.name}"; every variant of a product needs one of each group.`,
        `Give options: { ${JSON.stringify(group.name)}: … }.`,
        { field: 'options' },
    );
}
