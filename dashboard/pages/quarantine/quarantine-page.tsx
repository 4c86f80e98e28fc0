import { Trans } from '@lingui/react/macro';
import { FullWidthPageBlock, Page, PageLayout, PageTitle } from '@vendure/dashboard';
import { useAddressState } from '../../hooks/use-address-state';
import type { PageProps } from '../../routes';
import { CauseGroup } from './cause-group';
import { CauseList } from './cause-list';
import { QuarantineFilters } from './quarantine-filters';
import { RecordDetail } from './record-detail';
import { RecordList } from './record-list';
import { ReplayOutcome } from './replay-outcome';
import { isWhole, scopeOf } from './scope';

/** Stands in the address, so that a link leads to one group or to one record. */
export const initialView = {
    pipeline: '',
    run: '',
    state: 'OPEN',
    cause: '',
    term: '',
    after: '',
    record: '',
    /** Runs that took records from here, by comma. */
    replays: '',
};

export type View = typeof initialView;
export interface ViewProps {
    view: View;
    setView: (change: Partial<View>) => void;
}

export default function QuarantinePage({ route }: PageProps) {
    const [view, setView] = useAddressState<View>(route, initialView);
    const scope = scopeOf(view);
    const hasGroups = !isWhole(scope) || view.state === 'OPEN';
    return (
        <Page pageId="data-hub-quarantine">
            <PageTitle>
                <Trans>Quarantine</Trans>
            </PageTitle>
            <PageLayout>
                <FullWidthPageBlock blockId="quarantine">
                    <div className="space-y-4">
                        <QuarantineFilters view={view} setView={setView} />
                        {view.replays && (
                            <ReplayOutcome runIds={view.replays.split(',')} onClose={() => setView({ replays: '' })} />
                        )}
                        {view.cause && !isWhole(scope) ? (
                            <CauseGroup key={view.cause} view={view} setView={setView} />
                        ) : hasGroups ? (
                            <CauseList view={view} setView={setView} />
                        ) : (
                            <RecordList view={view} setView={setView} />
                        )}
                    </div>
                    <RecordDetail view={view} setView={setView} />
                </FullWidthPageBlock>
            </PageLayout>
        </Page>
    );
}
