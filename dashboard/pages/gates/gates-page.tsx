import { Trans } from '@lingui/react/macro';
import { FullWidthPageBlock, Page, PageLayout, PageTitle } from '@vendure/dashboard';
import { useAddressState } from '../../hooks/use-address-state';
import type { PageProps } from '../../routes';
import { GateDetail } from './gate-detail';
import { GateList } from './gate-list';

/** Stands in the address: `run` and `step` lead to one gate, as in messages that ask for a decision. */
const initialView = { state: 'WAITING', page: 1, run: '', step: '', planPage: 1 };

export type View = typeof initialView;
export interface ViewProps {
    view: View;
    setView: (change: Partial<View>) => void;
}

export default function GatesPage({ route }: PageProps) {
    const [view, setView] = useAddressState<View>(route, initialView);
    return (
        <Page pageId="data-hub-gates">
            <PageTitle>
                <Trans>Gates</Trans>
            </PageTitle>
            <PageLayout>
                <FullWidthPageBlock blockId="gates">
                    {view.run && view.step ? (
                        <GateDetail view={view} setView={setView} />
                    ) : (
                        <GateList view={view} setView={setView} />
                    )}
                </FullWidthPageBlock>
            </PageLayout>
        </Page>
    );
}
