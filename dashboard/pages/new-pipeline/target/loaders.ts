import { useQuery } from '@tanstack/react-query';
import { api } from '@vendure/dashboard';
import type { ResultOf } from '../../../gql/graphql';
import { loadersDocument } from '../../../gql/new-pipeline';

export type Loader = ResultOf<typeof loadersDocument>['dataHubAdapters'][number];

export function useLoaders() {
    return useQuery({
        queryKey: ['data-hub-loaders'],
        queryFn: async () => (await api.query(loadersDocument, {})).dataHubAdapters,
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
        label: setting.title ?? name,
        description: setting.description ?? '',
        choices: setting.enum.map((value, index) => ({
            value,
            description: setting.enumDescriptions?.[index] ?? value,
        })),
        usual: setting.default,
    };
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
