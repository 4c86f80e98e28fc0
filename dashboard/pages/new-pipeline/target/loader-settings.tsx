import { useLingui } from '@lingui/react/macro';
import { NativeSelectOption } from '@vendure/dashboard';
import { PlainSelect } from '../../../components/fields/plain-select';
import { SettledInput } from '../../../components/fields/settled-input';
import { useServerText } from '../../../hooks/use-server-text';
import { choiceSetting, type Loader, requiredSettings, settingLabel } from './loaders';

interface LoaderSettingsProps {
    loader: Loader;
    settings: Record<string, string>;
    onChange: (settings: Record<string, string>) => void;
}

/** How what exists is found and what may happen to it. All other settings have defaults that can be changed in the pipeline. */
export function LoaderSettings({ loader, settings, onChange }: Readonly<LoaderSettingsProps>) {
    const { t } = useLingui();
    const { text } = useServerText();
    const set = (name: string, value: string) => onChange({ ...settings, [name]: value });
    const labels: Record<string, string> = { matchBy: t`Find what exists`, strategy: t`What may happen` };
    const required = requiredSettings(loader);
    const isChoice = (name: string) => choiceSetting(loader, name) !== undefined;
    return (
        <div className="mt-4 flex flex-wrap gap-4">
            {['matchBy', 'strategy', ...required.filter(isChoice)].map(name => {
                const setting = choiceSetting(loader, name);
                if (!setting) return null;
                return (
                    <PlainSelect
                        key={name}
                        label={labels[name] ?? text(setting.label)}
                        value={settings[name] ?? setting.usual ?? ''}
                        onChange={value => set(name, value)}
                    >
                        {!(settings[name] ?? setting.usual) && (
                            <NativeSelectOption value="">{t`Choose …`}</NativeSelectOption>
                        )}
                        {setting.choices.map(({ value, description }) => (
                            <NativeSelectOption key={value} value={value}>
                                {text(description)}
                            </NativeSelectOption>
                        ))}
                    </PlainSelect>
                );
            })}
            {settings.matchBy === 'customField' && (
                <SettledInput
                    label={t`Custom field to find it by`}
                    value={settings.matchField ?? ''}
                    onChange={value => set('matchField', value)}
                />
            )}
            {required
                .filter(name => !isChoice(name))
                .map(name => (
                    <SettledInput
                        key={name}
                        label={text(settingLabel(loader, name))}
                        value={settings[name] ?? ''}
                        onChange={value => set(name, value)}
                    />
                ))}
        </div>
    );
}
