import { Trans } from '@lingui/react/macro';
import { Page, PageBlock, PageLayout, PageTitle, usePermissions } from '@vendure/dashboard';
import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { Nothing } from './page-states';

/** The menu hides what one may not see, but an address can be typed: then the page says which permission is missing. */
export function Permitted(props: Readonly<{ requires: string | string[]; children: ReactNode }>) {
    const { hasPermissions } = usePermissions();
    // Of several, any one will do.
    const [requires = '', ...others] = [props.requires].flat();
    if (hasPermissions([requires, ...others])) return props.children;
    return (
        <Page pageId="data-hub-not-permitted">
            <PageTitle>
                <Trans>Data Hub</Trans>
            </PageTitle>
            <PageLayout>
                <PageBlock column="full" blockId="not-permitted">
                    <Nothing icon={Lock} title={<Trans>You may not see this page</Trans>}>
                        <Trans>
                            Ask whoever manages roles in this channel for the permission <code>{requires}</code>.
                        </Trans>
                    </Nothing>
                </PageBlock>
            </PageLayout>
        </Page>
    );
}
