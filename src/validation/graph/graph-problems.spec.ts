import { describe, expect, it } from 'vitest';
import {
    edges,
    exportTo,
    extract,
    findings,
    gate,
    join,
    load,
    problemsOf,
    route,
    transform,
} from '../testing/test-definitions';

const hintsOf = (steps: unknown[], drawn?: string[]): (string | undefined)[] =>
    problemsOf({ version: 1, steps, ...(drawn ? { edges: edges(...drawn) } : {}) }).map(({ hint }) => hint);

describe('edges', () => {
    const steps = [extract('read'), transform('shape'), load('write')];

    it('name the step that was meant when an end is unknown, and nothing that follows from it', () => {
        expect(findings(steps, ['raed>shape', 'shape>write', 'read>write'])).toEqual([
            'ERROR $.edges[0].from: There is no step with the key "raed".',
        ]);
        expect(hintsOf(steps, ['raed>shape', 'shape>write', 'read>write'])).toEqual(['Did you mean "read"?']);
    });

    it('are not missed because the type of a step is misspelt', () => {
        expect(findings([extract('read'), transform('shape', { type: 'TRANFORM' }), load('write')])).toHaveLength(1);
        expect(findings([extract('read', { type: 'EXTRAKT' }), load('write')], ['read>write'])).toHaveLength(1);
    });

    it('are drawn once; two branches may lead to the same step', () => {
        expect(findings(steps, ['read>shape', 'shape>write', 'read>shape'])).toEqual([
            'WARNING $.edges[2]: The edge from "read" to "shape" is drawn twice.',
        ]);
        const split = route('split', { heavy: undefined, light: undefined });
        const drawn = ['read>split', 'split>write:heavy', 'split>write:light', 'split>write'];
        expect(findings([extract('read'), split, load('write')], drawn)).toEqual([]);
    });

    it('lead into an EXTRACT only when it shall wait', () => {
        const two = [extract('read'), load('write'), extract('again'), load('end')];
        expect(findings(two, ['read>write', 'write~again', 'again>end'])).toEqual([]);
        expect(findings(two, ['read>write', 'write>again', 'again>end'])).toEqual([
            'ERROR $.edges[1].to: "again" is an EXTRACT, which reads its own source and receives no records.',
        ]);
        expect(hintsOf(two, ['read>write', 'write>again', 'again>end'])[0]).toContain('"dependencyOnly"');
    });

    it('do not leave an EXPORT, unless something waits for its end', () => {
        const both = [extract('read'), exportTo('file'), load('write')];
        expect(findings(both, ['read>file', 'file>write', 'read>write'])).toEqual([
            'ERROR $.edges[1].from: "file" is an EXPORT, which sends no records on.',
        ]);
        expect(findings(both, ['read>file', 'file~write', 'read>write'])).toEqual([]);
        expect(findings([extract('read'), exportTo('file'), join('meet', 'file'), load('write')])).toEqual([
            'ERROR $.steps[2].config.operators[0].args.rightDataPath: "file" is of type EXPORT and sends no records on.',
        ]);
    });

    it('never lead into a TRIGGER', () => {
        const triggered = [{ key: 'start', type: 'TRIGGER' }, ...steps];
        expect(findings(triggered, ['start>read', 'read>shape', 'shape>write', 'write~start'])).toContain(
            'ERROR $.edges[3].to: "start" is a TRIGGER and receives no records.',
        );
    });

    it('along which no records flow bring none', () => {
        expect(findings(steps, ['read~shape', 'shape>write', 'read>write'])).toEqual([
            'ERROR $.steps[1]: "shape" receives no records: no edge leads to it.',
        ]);
    });

    it('carry a branch only when they leave a ROUTE that has it', () => {
        const routed = [extract('read'), route('split', { heavy: 'write' }), load('write'), load('other')];
        expect(findings(routed, ['read>split', 'read>other:heavy'])).toEqual([
            'ERROR $.edges[1].branch: "read" is of type EXTRACT and has no branches; only a ROUTE has.',
        ]);
        expect(findings(routed, ['read>split', 'split>other:haevy'])).toEqual([
            'ERROR $.edges[1].branch: "split" has no branch "haevy".',
        ]);
        expect(hintsOf(routed, ['read>split', 'split>other:haevy'])).toEqual(['Did you mean "heavy"?']);
        expect(findings(routed, ['read>split', 'read>other', 'split~other:heavy'])).toEqual([
            'WARNING $.edges[2].branch: No records flow along an edge with "dependencyOnly", so it belongs to no branch.',
        ]);
    });
});

describe('a ROUTE', () => {
    const around = (step: unknown, ...more: unknown[]) => [extract('read'), step, load('a'), load('b'), ...more];

    it('needs no edges when its branches name their targets', () => {
        expect(findings(around(route('split', { heavy: 'a' }, 'b')))).toEqual([]);
        expect(
            findings([
                extract('read'),
                route('split', { heavy: 'h1', light: 'l1' }),
                transform('h1'),
                load('h2'),
                gate('l1'),
                exportTo('l2'),
            ]),
        ).toEqual([]);
    });

    it('leads every branch somewhere', () => {
        expect(findings(around(route('split', { heavy: 'a', light: undefined }, 'b')))).toEqual([
            'ERROR $.steps[1].config.branches[1]: The branch "light" leads nowhere.',
        ]);
        const drawn = ['read>split', 'split>b:light'];
        expect(findings(around(route('split', { heavy: 'a', light: undefined })), drawn)).toEqual([]);
        expect(findings(around(route('split', { heavy: 'a', light: undefined })), ['read>split', 'split>b'])).toEqual([
            'ERROR $.steps[1].config.branches[1]: The branch "light" leads nowhere.',
        ]);
    });

    it('names steps that exist', () => {
        expect(findings(around(route('split', { heavy: 'aa' }, 'bb')), ['read>split', 'read>a', 'read>b'])).toEqual([
            'ERROR $.steps[1].config.branches[0].to: There is no step with the key "aa".',
            'ERROR $.steps[1].config.defaultTo: There is no step with the key "bb".',
        ]);
        expect(findings(around(route('split', { heavy: 'read' }, 'a')), ['read>split', 'read>b'])).toContain(
            'ERROR $.steps[1].config.branches[0].to: "read" is an EXTRACT, which reads its own source and receives no records.',
        );
    });

    it('gives each branch a name of its own', () => {
        const split = route('split', { heavy: 'a' }, 'b');
        split.config.branches.push({ ...split.config.branches[0]! });
        expect(findings(around(split))).toEqual([
            'ERROR $.steps[1].config.branches[1].name: Two branches have the name "heavy".',
        ]);
    });

    it('tells the step behind it in the list that a branch has to lead there', () => {
        const steps = [extract('read'), route('split', { heavy: 'b' }), load('a'), load('b')];
        expect(findings(steps)).toEqual(['ERROR $.steps[2]: "a" receives no records: no edge leads to it.']);
        expect(hintsOf(steps)).toEqual(['Let a branch of "split" or its "defaultTo" lead to it, or remove it.']);
    });

    it('can close a loop without any edge', () => {
        const steps = [extract('read'), transform('shape'), route('split', { heavy: 'shape' }, 'write'), load('write')];
        expect(findings(steps, ['read>shape', 'shape>split'])).toEqual([
            'ERROR $.steps[2].config.branches[0].to: The steps form a loop: shape → split → shape.',
        ]);
    });

    it('says what is wrong with its own settings', () => {
        const split = { key: 'split', type: 'ROUTE', config: { branches: [{ name: 'x', when: {}, too: 'a' }] } };
        expect(findings(around(split), ['read>split', 'read>a', 'read>b']).map(each => each.split(': ')[0])).toEqual([
            'ERROR $.steps[1].config.branches[0]',
            'ERROR $.steps[1].config.branches[0].when',
            'ERROR $.steps[1].config.branches[0].too',
        ]);
        const pattern = route('split', { heavy: 'a' }, 'b');
        Object.assign(pattern.config.branches[0]!, { when: { field: 'kind', matches: '(' } });
        expect(findings(around(pattern))[0]).toContain('ERROR $.steps[1].config.branches[0].when:');
    });
});

describe('loops', () => {
    it('name their steps', () => {
        const steps = [extract('read'), transform('a'), transform('b'), transform('c'), load('write')];
        expect(findings(steps, ['read>a', 'a>b', 'b>c', 'c>a', 'c>write'])).toEqual([
            'ERROR $.edges[3]: The steps form a loop: a → b → c → a.',
        ]);
    });

    it('may be made of steps that wait for each other', () => {
        const steps = [extract('one'), load('first'), extract('two'), load('second')];
        const drawn = ['one>first', 'two>second', 'first~two', 'second~one'];
        expect(findings(steps, drawn)).toEqual([
            'ERROR $.edges[3]: The steps wait for each other: one → first → two → second → one.',
        ]);
        expect(findings(steps, drawn.slice(0, 3))).toEqual([]);
    });

    it('may be made of a join with what comes after it', () => {
        expect(findings([extract('read'), join('meet', 'later'), transform('later'), load('write')])).toEqual([
            'ERROR $.steps[1].config.operators[0].args.rightDataPath: The steps wait for each other: meet → later → meet.',
        ]);
        expect(findings([extract('read'), join('meet', 'meet'), load('write')])).toEqual([
            'ERROR $.steps[1].config.operators[0].args.rightDataPath: The steps wait for each other: meet → meet.',
        ]);
    });

    it('are no diamonds', () => {
        const steps = [extract('read'), transform('a'), transform('b'), load('write')];
        expect(findings(steps, ['read>a', 'read>b', 'a>write', 'b>write'])).toEqual([]);
    });
});

describe('the output of another step', () => {
    it('is used: its EXTRACT needs no edge, and in a list it reaches the join only', () => {
        const steps = [extract('read'), extract('prices'), join('meet', 'prices'), load('write')];
        expect(findings(steps)).toEqual([]);
        expect(findings(steps, ['read>meet', 'meet>write'])).toEqual([]);
        const shaped = [extract('read'), extract('prices'), transform('shape'), join('meet', 'shape'), load('write')];
        expect(findings(shaped, ['read>meet', 'prices>shape', 'meet>write'])).toEqual([]);
    });

    it('is that of a step that exists and has one', () => {
        const at = '$.steps[1].config.operators[0].args.rightDataPath';
        expect(findings([extract('prices'), join('meet', 'price'), load('write')])).toEqual([
            `ERROR ${at}: There is no step with the key "price".`,
        ]);
        expect(
            findings([extract('read'), join('meet', 'start'), load('write'), { key: 'start', type: 'TRIGGER' }]),
        ).toEqual([`ERROR ${at}: "start" is of type TRIGGER and sends no records on.`]);
        const split = route('split', { heavy: 'write' });
        expect(
            findings(
                [extract('read'), join('meet', 'split'), load('write'), split],
                ['read>meet', 'read>split', 'meet>write'],
            ),
        ).toEqual([`ERROR ${at}: "split" is a ROUTE, so its output depends on the branch.`]);
    });

    it('does not come along an edge as well', () => {
        const steps = [extract('read'), extract('prices'), join('meet', 'prices'), load('write')];
        expect(findings(steps, ['read>meet', 'prices>meet', 'meet>write'])).toEqual([
            'WARNING $.steps[2].config.operators[0].args.rightDataPath: The records of "prices" reach "meet" twice: along an edge, and as the other side.',
        ]);
    });
});

describe('steps that records do not reach, or leave for nowhere', () => {
    it('may stand behind a LOAD or an EXPORT', () => {
        expect(findings([extract('read'), load('write'), gate('wait'), transform('shape'), load('more')])).toEqual([]);
        expect(findings([extract('read'), exportTo('file'), load('write')])).toEqual([]);
    });

    it('are named', () => {
        expect(findings([extract('read'), load('write'), transform('shape')])).toEqual([
            'WARNING $.steps[2]: The records of "shape" go nowhere.',
        ]);
        expect(findings([extract('read'), extract('more'), load('write')], ['read>write'])).toEqual([
            'ERROR $.steps[1]: The records of "more" go nowhere.',
        ]);
        expect(findings([extract('read'), load('write'), transform('a'), load('b')], ['read>write', 'a>b'])).toEqual([
            'ERROR $.steps[2]: "a" receives no records: no edge leads to it.',
            'ERROR $.steps[3]: "b" cannot be reached from any EXTRACT step.',
        ]);
        expect(findings([extract('read'), load('write'), gate('wait')])).toEqual([
            'WARNING $.steps[2]: Nothing stands behind the gate "wait", so opening it would have no effect.',
        ]);
    });

    it('may be disabled, but not all of a kind', () => {
        const off = { disabled: true };
        expect(findings([extract('read'), extract('more', off), transform('shape', off), load('write')])).toEqual([]);
        expect(findings([extract('read', off), load('write', off)])).toEqual([
            'WARNING $.steps: Every EXTRACT step is disabled, so no record would flow.',
            'WARNING $.steps: Every LOAD and EXPORT step is disabled, so nothing would be written.',
        ]);
    });

    it('write something', () => {
        expect(findings([extract('read'), exportTo('file')])).toEqual([]);
        expect(findings([extract('read'), transform('shape')])).toContain(
            'WARNING $.steps: The pipeline has no LOAD or EXPORT step, so nothing would be written.',
        );
        expect(findings([load('write')])).toContain(
            'ERROR $.steps: The pipeline has no EXTRACT step, so no record would ever flow.',
        );
    });
});

it('answers a chain of ten thousand steps, a loop of them too', () => {
    const keys = Array.from({ length: 10_000 }, (_, i) => `s${i}`);
    const steps = [extract('read'), ...keys.map(key => transform(key)), load('write')];
    const all = ['read', ...keys, 'write'];
    const drawn = all.slice(1).map((to, i) => `${all[i]}>${to}`);
    expect(findings(steps, drawn)).toEqual([]);
    expect(findings(steps, [...drawn, 's9999>s0'])).toHaveLength(1);
});
