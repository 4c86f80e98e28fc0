import { Trans, useLingui } from '@lingui/react/macro';
import { NativeSelectOption } from '@vendure/dashboard';
import { PlainSelect } from '../../../components/fields/plain-select';
import type { ColumnProfile } from '../use-file-preview';

interface GroupFieldProps {
    columns: readonly ColumnProfile[];
    value: string | null;
    onChange: (column: string | null) => void;
}

/** Whether a row is a product of its own, or one of the variants of a product. */
export function GroupField({ columns, value, onChange }: Readonly<GroupFieldProps>) {
    const { t } = useLingui();
    return (
        <div>
            <PlainSelect
                label={t`Rows of one product`}
                value={value ?? ''}
                onChange={chosen => onChange(chosen === '' ? null : chosen)}
            >
                <NativeSelectOption value="">{t`Every row is a product of its own`}</NativeSelectOption>
                {columns.map(({ name }) => (
                    <NativeSelectOption key={name} value={name}>
                        {t`Those with the same “${name}”`}
                    </NativeSelectOption>
                ))}
            </PlainSelect>
            {value !== null && (
                <p className="mt-1 text-sm text-muted-foreground">
                    <Trans>
                        Each row becomes a variant. Several variants need at least one column that goes to an option.
                    </Trans>
                </p>
            )}
        </div>
    );
}
