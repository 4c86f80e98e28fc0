import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { NativeSelectOption } from '@vendure/dashboard';
import { PlainSelect } from '../../../components/fields/plain-select';
import { SettledInput } from '../../../components/fields/settled-input';
import type { Conversion, Mapping } from '../draft';

const conversions: Record<Conversion, MessageDescriptor> = {
    NONE: msg`As it is`,
    TEXT: msg`Text`,
    MONEY: msg`Amount of money`,
    INTEGER: msg`Whole number`,
    NUMBER: msg`Number`,
    BOOLEAN: msg`Yes or no`,
    DATE: msg`Date`,
    LIST: msg`List`,
    FACETS: msg`Facet values`,
};

interface ConversionFieldsProps {
    mapping: Mapping;
    onChange: (change: Partial<Mapping>) => void;
}

/** What a text is turned into, and what has to be known of how it is written. */
export function ConversionFields({ mapping, onChange }: Readonly<ConversionFieldsProps>) {
    const { t } = useLingui();
    const { column, conversion, options } = mapping;
    const set = (name: string, value: string) => {
        const { [name]: _, ...others } = options;
        onChange({ options: value === '' ? others : { ...others, [name]: value } });
    };
    const hasDecimals = conversion === 'MONEY' || conversion === 'NUMBER' || conversion === 'INTEGER';
    const isList = conversion === 'LIST' || conversion === 'FACETS';
    return (
        <div className="flex flex-wrap items-end gap-3">
            <PlainSelect
                label={t`How “${column}” is read`}
                isLabelHidden
                value={conversion}
                // The options of one conversion mean nothing to another.
                onChange={value => onChange({ conversion: value as Conversion, options: {} })}
            >
                {Object.entries(conversions).map(([value, label]) => (
                    <NativeSelectOption key={value} value={value}>
                        {t(label)}
                    </NativeSelectOption>
                ))}
            </PlainSelect>
            {hasDecimals && (
                <PlainSelect
                    label={t`Decimal sign of “${column}”`}
                    isLabelHidden
                    value={asText(options.decimalSign)}
                    onChange={sign => {
                        const { decimalSign: _, thousandsSign: __, ...others } = options;
                        onChange({ options: { ...others, ...signsOf(sign) } });
                    }}
                >
                    <NativeSelectOption value="">1234.56</NativeSelectOption>
                    <NativeSelectOption value=".">1,234.56</NativeSelectOption>
                    <NativeSelectOption value=",">1.234,56</NativeSelectOption>
                </PlainSelect>
            )}
            {conversion === 'DATE' && (
                <SettledInput
                    label={t`Format of the date`}
                    placeholder={t`ISO 8601`}
                    value={asText(options.dateFormat)}
                    onChange={value => set('dateFormat', value)}
                />
            )}
            {isList && (
                <SettledInput
                    label={t`Between the values`}
                    placeholder={t`One value only`}
                    value={asText(options.separator)}
                    onChange={value => set('separator', value)}
                />
            )}
            {conversion === 'FACETS' && (
                <SettledInput
                    label={t`Facet`}
                    placeholder={t`Named in the text, as facet:value`}
                    value={asText(options.facet)}
                    onChange={value => set('facet', value)}
                />
            )}
        </div>
    );
}

function signsOf(decimalSign: string): Record<string, string> {
    if (decimalSign === '') return {};
    return { decimalSign, thousandsSign: decimalSign === ',' ? '.' : ',' };
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');
