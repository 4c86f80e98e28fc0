import { useQuery } from '@tanstack/react-query';
import { api } from '@vendure/dashboard';
import type { ResultOf } from '../../../gql/graphql';
import { loadersDocument } from '../../../gql/new-pipeline';
import { useServerText } from '../../../hooks/use-server-text';

export type Loader = ResultOf<typeof loadersDocument>['dataHubAdapters'][number];

/** With names and descriptions in the user's language. */
export function useLoaders() {
    const { text } = useServerText();
    return useQuery({
        queryKey: ['data-hub-loaders'],
        queryFn: async () => (await api.query(loadersDocument, {})).dataHubAdapters,
        select: loaders =>
            loaders.map(each => ({ ...each, name: text(each.name), description: text(each.description) })),
        staleTime: Infinity,
    });
}

/** One value of a setting that is chosen from a few. */
export interface Choice {
    value: string;
    description: string;
}

/** A setting of a loader such as `matchBy`, as the JSON Schema of its settings describes it. */
export interface ChoiceSetting {
    label: string;
    description: string;
    choices: Choice[];
    usual: string | undefined;
}

export function choiceSetting({ schema }: Pick<Loader, 'schema'>, name: string): ChoiceSetting | undefined {
    const setting = (schema as SettingsSchema).properties?.[name];
    if (!setting?.enum) return undefined;
    return {
        label: settingLabel({ schema }, name),
        description: setting.description ?? '',
        choices: choicesOf(setting.enum, setting.enumDescriptions),
        usual: setting.default,
    };
}

/** Where several values have the same description it does not say which is which. */
function choicesOf(values: readonly string[], descriptions: readonly string[] = []): Choice[] {
    const areTelling = new Set(descriptions).size === values.length;
    return values.map((value, index) => ({ value, description: areTelling ? descriptions[index]! : value }));
}

interface SettingsSchema {
    properties?: Record<
        string,
        { title?: string; description?: string; enum?: string[]; enumDescriptions?: string[]; default?: string }
    >;
    required?: string[];
}

/** Settings without which the loader does not run, such as an address. */
export function requiredSettings({ schema }: Pick<Loader, 'schema'>): string[] {
    return (schema as SettingsSchema).required ?? [];
}

export function settingLabel({ schema }: Pick<Loader, 'schema'>, name: string): string {
    return (schema as SettingsSchema).properties?.[name]?.title ?? name;
}
