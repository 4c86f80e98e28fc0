import { Trans, useLingui } from '@lingui/react/macro';
import { Badge } from '@vendure/dashboard';
import { Wand2 } from 'lucide-react';
import { type Column, ListTable } from '../../../components/list/list-table';
import { useServerText } from '../../../hooks/use-server-text';
import type { Mapping, Target } from '../draft';
import type { ColumnProfile } from '../use-file-preview';
import { ConversionFields } from './conversion-fields';
import { targetGroups } from './mapping';
import { TargetField } from './target-field';

interface MappingTableProps {
    columns: readonly ColumnProfile[];
    targets: readonly Target[];
    mappings: readonly Mapping[];
    onMap: (column: string, target: string) => void;
    onChange: (column: string, change: Partial<Mapping>) => void;
}

/** A line per column of the file: where it goes, why, and how its text is read. */
export function MappingTable({ columns, targets, mappings, onMap, onChange }: Readonly<MappingTableProps>) {
    const { t } = useLingui();
    const groups = targetGroups(targets);
    const mappingOf = new Map(mappings.map(mapping => [mapping.column, mapping]));
    const conversion = (name: string) => {
        const mapping = mappingOf.get(name);
        return mapping && <ConversionFields mapping={mapping} onChange={change => onChange(name, change)} />;
    };
    const table: Column<ColumnProfile>[] = [
        {
            key: 'column',
            header: <Trans>Column</Trans>,
            cell: ({ name, examples }) => (
                <div className="max-w-28 whitespace-normal md:max-w-56">
                    <p className="font-medium break-words">{name}</p>
                    <p className="line-clamp-1 text-xs break-all text-muted-foreground">{examples.join(' · ')}</p>
                </div>
            ),
        },
        {
            key: 'target',
            header: <Trans>Field</Trans>,
            cell: ({ name }) => (
                <div className="flex flex-col items-start gap-2">
                    <TargetField
                        column={name}
                        groups={groups}
                        value={mappingOf.get(name)?.target ?? ''}
                        onChange={target => onMap(name, target)}
                    />
                    <div className="md:hidden">{conversion(name)}</div>
                </div>
            ),
        },
        {
            key: 'conversion',
            header: <Trans>How its text is read</Trans>,
            isSecondary: true,
            cell: ({ name }) => conversion(name),
        },
        {
            key: 'reason',
            header: <Trans>Why</Trans>,
            isSecondary: true,
            cell: ({ name }) => <Reason mapping={mappingOf.get(name)} />,
        },
    ];
    return <ListTable label={t`Fields`} columns={table} items={columns} keyOf={({ name }) => name} />;
}

function Reason({ mapping }: Readonly<{ mapping: Mapping | undefined }>) {
    const { sentences } = useServerText();
    if (!mapping?.reasons) return null;
    return (
        <div className="max-w-72 space-y-1 whitespace-normal">
            <Badge variant="secondary">
                <Wand2 aria-hidden="true" />
                <Trans>Suggested</Trans>
            </Badge>
            <p className="text-xs text-muted-foreground">{sentences(mapping.reasons)}</p>
        </div>
    );
}
