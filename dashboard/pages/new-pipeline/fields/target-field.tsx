import { useLingui } from '@lingui/react/macro';
import { NativeSelectOptGroup, NativeSelectOption } from '@vendure/dashboard';
import { PlainSelect } from '../../../components/fields/plain-select';
import { SettledInput } from '../../../components/fields/settled-input';
import { optionPrefix, type TargetGroup } from './mapping';

interface TargetFieldProps {
    column: string;
    groups: readonly TargetGroup[];
    /** Empty when the column goes nowhere. */
    value: string;
    onChange: (target: string) => void;
}

/** Stands for every option of a variant: its name is typed. */
const anyOption = optionPrefix;

export function TargetField({ column, groups, value, onChange }: Readonly<TargetFieldProps>) {
    const { t } = useLingui();
    const isOption = value.startsWith(optionPrefix);
    const titles: Record<string, string> = {
        variants: t`Variants`,
        addresses: t`Addresses`,
        customFields: t`Custom fields`,
    };
    const titleOf = (key: string) => titles[key] ?? key.replace('translations.', `${t`Translations`}: `);
    const hasVariants = groups.some(({ key }) => key === 'variants');
    const options = (group: TargetGroup) =>
        group.targets.map(({ path, label }) => (
            <NativeSelectOption key={path} value={path}>
                {label}
            </NativeSelectOption>
        ));
    return (
        <div className="space-y-2">
            <PlainSelect
                label={t`Field for “${column}”`}
                isLabelHidden
                value={isOption ? anyOption : value}
                onChange={chosen => onChange(chosen === anyOption ? `${optionPrefix}${optionNameOf(column)}` : chosen)}
            >
                <NativeSelectOption value="">{t`– left out –`}</NativeSelectOption>
                {groups.map(group =>
                    group.key === '' ? (
                        options(group)
                    ) : (
                        <NativeSelectOptGroup key={group.key} label={titleOf(group.key)}>
                            {options(group)}
                        </NativeSelectOptGroup>
                    ),
                )}
                {hasVariants && (
                    <NativeSelectOptGroup label={t`Options of variants`}>
                        <NativeSelectOption value={anyOption}>{t`Option, such as a size`}</NativeSelectOption>
                    </NativeSelectOptGroup>
                )}
            </PlainSelect>
            {isOption && (
                <SettledInput
                    label={t`Name of the option`}
                    value={value.slice(optionPrefix.length)}
                    onChange={name => onChange(`${optionPrefix}${optionNameOf(name || column)}`)}
                />
            )}
        </div>
    );
}

/** A dot would begin a part of the path. */
const optionNameOf = (name: string): string => name.replaceAll('.', ' ').trim() || 'Option';
