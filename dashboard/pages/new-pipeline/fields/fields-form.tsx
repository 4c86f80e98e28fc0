import { Plural, Trans } from '@lingui/react/macro';
import type { Fields, Target } from '../draft';
import { choiceSetting, type Loader } from '../target/loaders';
import type { ColumnProfile } from '../use-file-preview';
import { GroupField } from './group-field';
import { mapColumn, changeMapping } from './mapping';
import { MappingTable } from './mapping-table';
import { missingTargets } from './missing';
import { MissingNotes } from './missing-notes';

interface FieldsFormProps {
    loader: Loader;
    columns: readonly ColumnProfile[];
    targets: readonly Target[];
    fields: Fields;
    onChange: (fields: Fields) => void;
}

export function FieldsForm({ loader, columns, targets, fields, onChange }: Readonly<FieldsFormProps>) {
    const { mappings, loaderConfig } = fields;
    const left = columns.filter(({ name }) => !mappings.some(({ column }) => column === name));
    const missing = missingTargets({
        recordSchema: loader.recordSchema,
        targets,
        mapped: mappings.map(({ target }) => target),
        matchBy: loaderConfig.matchBy ?? choiceSetting(loader, 'matchBy')?.usual,
        strategy: loaderConfig.strategy,
    });
    return (
        <div className="space-y-6">
            <p className="text-sm text-muted-foreground">
                <Plural
                    value={mappings.length}
                    one={`# column goes to “${loader.name}”,`}
                    other={`# columns go to “${loader.name}”,`}
                />{' '}
                <Plural value={left.length} one="# is left out." other="# are left out." />
            </p>
            <MissingNotes missing={missing} />
            {targets.some(({ path }) => path.startsWith('variants.')) && (
                <GroupField
                    columns={columns}
                    value={fields.groupBy}
                    onChange={groupBy => onChange({ ...fields, groupBy })}
                />
            )}
            <MappingTable
                columns={columns}
                targets={targets}
                mappings={mappings}
                onMap={(column, target) => onChange(mapColumn(fields, column, target, targets))}
                onChange={(column, change) => onChange(changeMapping(fields, column, change))}
            />
            {left.length > 0 && (
                <section>
                    <h2 className="mb-1 font-medium">
                        <Trans>Left out</Trans>
                    </h2>
                    <p className="text-sm break-words text-muted-foreground">
                        {left.map(({ name }) => name).join(', ')}
                    </p>
                </section>
            )}
        </div>
    );
}
