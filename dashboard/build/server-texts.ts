import { configJsonSchema, toJsonSchema } from '../../src/adapters/json-schema';
import { UPLOAD_PROBLEMS } from '../../src/files/upload-store';
import { builtInLoaders } from '../../src/loaders';
import { MISFITS, REASONS } from '../../src/mappers/auto-mapping/suggestion-reasons';
import { targetsOf } from '../../src/mappers/auto-mapping/targets';
import { FILE_STYLES } from '../../src/mappers/file-styles/file-styles';
import type { LoaderAdapter } from '../../src/sdk/loader';
import { HEALTH_RULES } from '../../src/services/overview/pipeline-health';
import { PLAN_PROBLEMS } from '../../src/services/plans/plan-problems';
import { UNDO_PROBLEMS } from '../../src/services/undo/undo-problems';
import type { JsonObject } from '../../shared/json';

/** Settings that are asked for when a pipeline is made from a file, beside the required ones. */
const asked = ['matchBy', 'strategy'];

interface Setting {
    title?: string;
    enumDescriptions?: string[];
}

function ofLoader(loader: LoaderAdapter): (string | undefined)[] {
    const { properties = {}, required = [] } = configJsonSchema(loader) as {
        properties?: Record<string, Setting>;
        required?: string[];
    };
    const settings = [...asked, ...required].flatMap(name => properties[name] ?? []);
    return [
        loader.name,
        loader.description,
        ...settings.flatMap(({ title, enumDescriptions = [] }) => [title, ...enumDescriptions]),
        ...targetsOf({ record: toJsonSchema(loader.record) as JsonObject }).map(({ label }) => label),
    ];
}

/** Each with what to do next. */
const problems: Record<string, readonly string[]>[] = [UNDO_PROBLEMS, PLAN_PROBLEMS, UPLOAD_PROBLEMS];

/** What the server says in English and the dashboard in the language of whoever reads: a message id is the text itself. */
export const serverTexts: readonly string[] = [
    ...new Set(
        [
            ...builtInLoaders.filter(({ internal }) => !internal).flatMap(ofLoader),
            ...FILE_STYLES.flatMap(({ name, description, limits }) => [name, description, ...limits]),
            ...Object.values(REASONS),
            ...Object.values(MISFITS),
            ...HEALTH_RULES.map(({ reason }) => reason),
            ...problems.flatMap(each => Object.values(each).flat()),
        ].filter(text => text !== undefined),
    ),
];
