import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { useEntityTypeName } from '../../components/changes/entity-name';
import { FieldDiff } from '../../components/changes/field-diff';
import { useFieldName } from '../../components/changes/field-name';
import { parseFieldPath } from '../../components/changes/field-path';
import { type Column, ListTable } from '../../components/list/list-table';
import { When } from '../../components/when';
import type { OriginEntity, OriginField } from './by-entity';

interface OriginFieldsProps {
    entity: OriginEntity;
    /** Whether the page is about it; else it says whose fields these are. */
    isOwn: boolean;
}

/** Who wrote each field last, with what and instead of what. */
export function OriginFields({ entity, isOwn }: Readonly<OriginFieldsProps>) {
    const { t } = useLingui();
    const nameOf = useFieldName();
    const typeName = useEntityTypeName();
    const title = isOwn ? t`Fields` : `${typeName(entity.entityType)} ${entity.entityKey}`;
    const columns: Column<OriginField>[] = [
        {
            key: 'field',
            header: <Trans>Field</Trans>,
            cell: ({ path }) => (
                <span className="block min-w-24 whitespace-normal" title={path}>
                    {nameOf(parseFieldPath(path))}
                </span>
            ),
        },
        {
            key: 'change',
            header: <Trans>Before → after</Trans>,
            cell: ({ entry }) => (
                <div className="max-w-44 min-w-32 break-words md:max-w-96 whitespace-normal">
                    <FieldDiff change={entry.change} />
                    <div className="mt-1 md:hidden">
                        <Source entry={entry} />
                    </div>
                </div>
            ),
        },
        {
            key: 'source',
            header: <Trans>Written by</Trans>,
            isSecondary: true,
            cell: ({ entry }) => <Source entry={entry} />,
        },
    ];
    return (
        <section>
            <h3 className="mb-2 text-sm font-medium">{title}</h3>
            <ListTable label={title} columns={columns} items={entity.fields} keyOf={({ path }) => path} />
        </section>
    );
}

function Source({ entry }: Readonly<{ entry: OriginField['entry'] }>) {
    const { at, pipelineName, runId, file, line } = entry;
    return (
        <div className="min-w-32 text-sm whitespace-normal">
            <Link className="hover:underline" to="/data-hub/runs/$id" params={{ id: runId }}>
                {pipelineName}
            </Link>
            <span className="text-muted-foreground">
                {', '}
                <When at={at} />
            </span>
            {file !== null && (
                <span className="block text-xs break-all text-muted-foreground">
                    {line === null ? (
                        file
                    ) : (
                        <Trans>
                            {file}, line {line}
                        </Trans>
                    )}
                </span>
            )}
        </div>
    );
}
