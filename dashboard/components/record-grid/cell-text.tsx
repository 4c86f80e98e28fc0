import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { kindOf, textOf, type CellKind, type CellValue } from './cell-value';

export const kindLabels: Record<CellKind, MessageDescriptor> = {
    text: msg`Text`,
    number: msg`Number`,
    true: msg`True`,
    false: msg`False`,
    null: msg`Null`,
    empty: msg`Empty text`,
    absent: msg`No such field`,
    json: msg`JSON`,
};

const longest = 200;

/** A value so that its kind is seen: numbers at the right, what is no text in italics or in code. */
export function CellText({ value }: Readonly<{ value: CellValue }>) {
    const { t } = useLingui();
    const kind = kindOf(value);
    const text = textOf(value);
    const shown = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
    if (kind === 'text') return <span className="whitespace-pre-wrap">{shown}</span>;
    if (kind === 'number') return <span className="block text-right font-mono tabular-nums">{shown}</span>;
    if (kind === 'json') return <code className="break-all text-xs">{shown}</code>;
    if (kind === 'true' || kind === 'false') return <code>{kind}</code>;
    return <em className="text-muted-foreground">{t(kindLabels[kind])}</em>;
}
