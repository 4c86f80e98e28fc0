import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@vendure/dashboard';
import { useState } from 'react';
import { Loaded } from '../../../components/page-states';
import { withFields } from '../draft';
import type { StepProps } from '../new-pipeline-page';
import { StepButtons } from '../step-buttons';
import { useFilePreview } from '../use-file-preview';
import { LoaderCard } from './loader-card';
import { LoaderSettings } from './loader-settings';
import { type Loader, useLoaders } from './loaders';
import { rankLoaders } from './rank-loaders';

const shownAtFirst = 6;

export function TargetStep({ draft, change, go }: StepProps) {
    const { t } = useLingui();
    const [isAllShown, setAllShown] = useState(false);
    const preview = useFilePreview(draft);
    const columns = preview.data?.columns.map(({ name }) => name) ?? [];
    const ofKnownKinds = preview.data?.styles.map(({ loader }) => loader) ?? [];
    const choose = ({ code }: Loader) => change(current => ({ ...current, loader: code }));
    return (
        <Loaded query={useLoaders()}>
            {loaders => {
                const ranked = rankLoaders(loaders, columns, ofKnownKinds);
                const chosenPlace = ranked.findIndex(({ code }) => code === draft.loader);
                const shown = isAllShown || chosenPlace >= shownAtFirst ? ranked : ranked.slice(0, shownAtFirst);
                const chosen = ranked[chosenPlace];
                return (
                    <>
                        <fieldset className="space-y-3">
                            <legend className="mb-2 font-medium">
                                <Trans>What does a record of the file become?</Trans>
                            </legend>
                            <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
                                {shown.map((loader, index) => (
                                    <LoaderCard
                                        key={loader.code}
                                        loader={loader}
                                        isChosen={loader.code === draft.loader}
                                        isLikely={index === 0}
                                        onChoose={() => choose(loader)}
                                    />
                                ))}
                            </div>
                        </fieldset>
                        {shown.length < ranked.length && (
                            <Button variant="outline" size="sm" className="mt-3" onClick={() => setAllShown(true)}>
                                <Trans>Show all {ranked.length}</Trans>
                            </Button>
                        )}
                        {chosen && (
                            <LoaderSettings
                                loader={chosen}
                                settings={draft.fields[chosen.code]?.loaderConfig ?? {}}
                                onChange={loaderConfig =>
                                    change(current => withFields(current, chosen.code, { loaderConfig }))
                                }
                            />
                        )}
                        <p className="sr-only" role="status">
                            {chosen ? t`${chosen.name} chosen` : ''}
                        </p>
                        <StepButtons
                            onBack={() => go('preview')}
                            onNext={() => go('fields')}
                            isNextDisabled={!chosen}
                        />
                    </>
                );
            }}
        </Loaded>
    );
}
