import { Plural, Trans } from '@lingui/react/macro';
import { useServerText } from '../../../hooks/use-server-text';
import type { Draft } from '../draft';
import { useLoaders } from '../target/loaders';
import { useFilePreview } from '../use-file-preview';

/** What will happen, in two sentences. */
export function DraftSummary({ draft }: Readonly<{ draft: Draft }>) {
    const { text } = useServerText();
    const { data: loaders } = useLoaders();
    const { data: preview } = useFilePreview(draft);
    const file = draft.upload?.name;
    const style = preview?.styles.find(({ code }) => code === draft.style);
    const code = style?.loader ?? draft.loader;
    const kind = text(style?.name ?? '');
    const entity = loaders?.find(loader => loader.code === code)?.name ?? code;
    const mapped = draft.fields[draft.loader ?? '']?.mappings.length ?? 0;
    return (
        <p className="text-sm text-muted-foreground">
            {style ? (
                <Trans>
                    “{file}” is read as “{kind}” and becomes {entity}.
                </Trans>
            ) : (
                <Plural
                    value={mapped}
                    one={`# column of “${file}” becomes ${entity}.`}
                    other={`# columns of “${file}” become ${entity}.`}
                />
            )}{' '}
            <Trans>The plan shows every change before anything is written.</Trans>
        </p>
    );
}
