import { useLingui } from '@lingui/react/macro';
import { NativeSelectOption } from '@vendure/dashboard';
import { useState } from 'react';
import { PlainSelect } from '../../../components/fields/plain-select';
import { SettledInput } from '../../../components/fields/settled-input';

const other = 'other';

/** What stands between two cells: one of the usual, or up to four characters of one's own. */
export function DelimiterField({ value, onChange }: Readonly<{ value: string; onChange: (value: string) => void }>) {
    const { t } = useLingui();
    const usual = { ',': t`Comma`, ';': t`Semicolon`, '\t': t`Tab`, '|': t`Bar` };
    const [isOther, setOther] = useState(!(value in usual));
    return (
        <>
            <PlainSelect
                label={t`Delimiter`}
                value={isOther ? other : value}
                onChange={chosen => {
                    setOther(chosen === other);
                    if (chosen !== other) onChange(chosen);
                }}
            >
                {Object.entries(usual).map(([character, name]) => (
                    <NativeSelectOption key={character} value={character}>
                        {character === '\t' ? name : `${name} ${character}`}
                    </NativeSelectOption>
                ))}
                <NativeSelectOption value={other}>{t`Another …`}</NativeSelectOption>
            </PlainSelect>
            {isOther && <SettledInput label={t`Other delimiter`} value={value} maxLength={4} onChange={onChange} />}
        </>
    );
}
