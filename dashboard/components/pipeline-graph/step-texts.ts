import type { I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { StepCounts } from '../../../shared/run';
import { numbersOf, type NumberKind } from '../../graph/counts';
import { adapterOf, titleOf, typeOf, type Step } from '../../graph/definition';
import { lookOf } from './step-looks';

export interface StepNumber {
    kind: NumberKind | 'rate';
    text: string;
}

interface StepFacts {
    step: Step;
    counts?: StepCounts;
    waiting?: number;
    recordsPerSecond?: number;
    problem?: 'ERROR' | 'WARNING';
}

/** What a step shows, and the same as one sentence for those who cannot see it. */
export interface StepTexts {
    title: string;
    subtitle: string;
    numbers: StepNumber[];
    /** Such as "has errors"; empty where there is nothing to say. */
    state: string;
    label: string;
}

export function stepTexts(i18n: I18n, formatNumber: (value: number) => string, facts: StepFacts): StepTexts {
    const { step, counts, waiting, recordsPerSecond, problem } = facts;
    const title = titleOf(step);
    const kind = i18n._(lookOf(typeOf(step)).label);
    const subtitle = [kind, adapterOf(step)].filter(Boolean).join(' · ');
    const numbers: StepNumber[] = numbersOf(step, counts, waiting).map(({ kind: of, value }) => ({
        kind: of,
        text: numberText(i18n, of, formatNumber(value)),
    }));
    if (recordsPerSecond) {
        const rate = formatNumber(Math.round(recordsPerSecond));
        numbers.push({ kind: 'rate', text: i18n._(msg`${rate} records/s`) });
    }
    const state = [
        problem === 'ERROR' && i18n._(msg`has errors`),
        problem === 'WARNING' && i18n._(msg`has warnings`),
        step.disabled && i18n._(msg`disabled`),
    ]
        .filter(Boolean)
        .join(', ');
    const label = [title, state, subtitle, ...numbers.map(({ text }) => text)].filter(Boolean).join(', ');
    return { title, subtitle, numbers, state, label };
}

function numberText(i18n: I18n, kind: NumberKind, count: string): string {
    if (kind === 'read') return i18n._(msg`${count} read`);
    if (kind === 'changed') return i18n._(msg`${count} changed`);
    if (kind === 'unchanged') return i18n._(msg`${count} unchanged`);
    if (kind === 'rejected') return i18n._(msg`${count} rejected`);
    return i18n._(msg`${count} waiting`);
}
