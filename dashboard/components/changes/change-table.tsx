import { Trans } from '@lingui/react/macro';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@vendure/dashboard';
import { useState } from 'react';
import type { FragmentOf } from '../../gql/graphql';
import type { changeSetFragment } from '../../gql/changes';
import { ActionBadge } from './action-badge';
import { currencyOf } from './describe-change';
import { EntityName } from './entity-name';
import { FieldDiff } from './field-diff';
import { useFieldName } from './field-name';
import { parseFieldPath } from './field-path';
import { LinkButton } from './link-button';

export type Change = FragmentOf<typeof changeSetFragment>;

interface ChangeTableProps {
    /** What the table holds, for those who cannot see it. */
    label: string;
    changes: readonly Change[];
}

/** Entity by entity what a run changed or would change, field by field. */
export function ChangeTable({ label, changes }: Readonly<ChangeTableProps>) {
    return (
        <div className="rounded-md border bg-card">
            <Table aria-label={label}>
                <TableHeader className="hidden md:table-header-group">
                    <TableRow>
                        <TableHead className="w-28">
                            <Trans>Action</Trans>
                        </TableHead>
                        <TableHead className="w-1/4">
                            <Trans>Entity</Trans>
                        </TableHead>
                        <TableHead>
                            <Trans>Before → after</Trans>
                        </TableHead>
                    </TableRow>
                </TableHeader>
                <TableBody>
                    {changes.map(change => (
                        <TableRow key={change.id} className="max-md:flex max-md:flex-col">
                            <TableCell className="align-top whitespace-normal max-md:pb-0">
                                <ActionBadge action={change.action} applied={change.applied} />
                            </TableCell>
                            <TableCell className="align-top whitespace-normal max-md:pb-0">
                                <EntityName entity={change} />
                                <Origin change={change} />
                            </TableCell>
                            <TableCell className="min-w-0 align-top whitespace-normal">
                                <Fields change={change} />
                            </TableCell>
                        </TableRow>
                    ))}
                </TableBody>
            </Table>
        </div>
    );
}

/** The record that it comes from, where that has another name. */
function Origin({ change: { recordKey, entityKey, file, line } }: Readonly<{ change: Change }>) {
    const isOther = recordKey !== entityKey;
    if (!isOther && line === null) return null;
    return (
        <span className="block text-xs text-muted-foreground" title={file ?? undefined}>
            {isOther && <Trans>Record {recordKey}</Trans>}
            {isOther && line !== null && ', '}
            {line !== null && (isOther ? <Trans>line {line}</Trans> : <Trans>Line {line}</Trans>)}
        </span>
    );
}

const fieldsAtFirst = 3;

function Fields({ change }: Readonly<{ change: Change }>) {
    const [isOpen, setOpen] = useState(false);
    const nameOf = useFieldName();
    const currencyCode = currencyOf(change.fields);
    const more = change.fields.length - fieldsAtFirst;
    // One more than fits is shown rather than hidden behind a button of the same height.
    const shown = isOpen || more <= 1 ? change.fields : change.fields.slice(0, fieldsAtFirst);
    return (
        <>
            <dl className="space-y-1.5">
                {shown.map(field => (
                    <div key={field.path} className="grid gap-x-3 sm:grid-cols-[minmax(7rem,11rem)_minmax(0,1fr)]">
                        <dt className="break-words text-muted-foreground" title={field.path}>
                            {nameOf(parseFieldPath(field.path))}
                        </dt>
                        <dd className="min-w-0">
                            <FieldDiff change={field} currencyCode={currencyCode} />
                        </dd>
                    </div>
                ))}
            </dl>
            {more > 1 && (
                <span className="mt-1 -ml-1 block">
                    <LinkButton isOpen={isOpen} onClick={() => setOpen(!isOpen)}>
                        {isOpen ? <Trans>Show less</Trans> : <Trans>Show {more} more fields</Trans>}
                    </LinkButton>
                </span>
            )}
        </>
    );
}
