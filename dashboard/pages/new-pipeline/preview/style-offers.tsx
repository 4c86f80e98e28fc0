import { Trans, useLingui } from '@lingui/react/macro';
import { Badge, Button, useLocalFormat } from '@vendure/dashboard';
import { Sparkles } from 'lucide-react';
import { useServerText } from '../../../hooks/use-server-text';
import type { FilePreview } from '../use-file-preview';

interface StyleOffersProps {
    styles: FilePreview['styles'];
    onChoose: (code: string) => void;
}

/** Known kinds of files that this one may be of: one click, and the rest of the way is done. */
export function StyleOffers({ styles, onChoose }: Readonly<StyleOffersProps>) {
    const { t } = useLingui();
    const { text } = useServerText();
    const { formatNumber } = useLocalFormat();
    if (styles.length === 0) return null;
    return (
        <section aria-label={t`Known kinds of files`} className="space-y-2">
            {styles.map(({ code, name: english, description, confidence, limits }) => {
                const name = text(english);
                const share = formatNumber(Math.round(confidence * 100));
                return (
                    <div
                        key={code}
                        className="flex flex-col gap-3 rounded-lg border border-primary/40 bg-accent/40 p-4 sm:flex-row sm:items-center"
                    >
                        <Sparkles className="size-5 shrink-0" aria-hidden="true" />
                        <div className="grow space-y-1">
                            <p className="flex flex-wrap items-center gap-2 font-medium">
                                <Trans>This looks like “{name}”</Trans>
                                <Badge variant="outline">
                                    <Trans>{share} % of its columns</Trans>
                                </Badge>
                            </p>
                            <p className="text-sm text-muted-foreground">
                                {[description, ...limits].map(text).join(' ')}
                            </p>
                        </div>
                        <Button onClick={() => onChoose(code)} aria-label={t`Use “${name}”`}>
                            <Trans>Use it</Trans>
                        </Button>
                    </div>
                );
            })}
        </section>
    );
}
