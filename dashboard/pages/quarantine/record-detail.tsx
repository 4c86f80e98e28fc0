import { Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api, Sheet, SheetContent, SheetDescription, SheetHeader, SheetTitle } from '@vendure/dashboard';
import { SearchX } from 'lucide-react';
import { Loaded, Nothing } from '../../components/page-states';
import { useRecordName } from '../../components/record-error-state';
import { recordDocument } from '../../gql/quarantine';
import { RecordFacts } from './record-facts';
import { RecordFields } from './record-fields';
import { RecordHistory } from './record-history';
import type { ViewProps } from './quarantine-page';
import { quarantineKey } from './scope';

/** One refused record with all that is known about it, beside the list. */
export function RecordDetail({ view: { record: id }, setView }: Readonly<ViewProps>) {
    const nameOf = useRecordName();
    const query = useQuery({
        queryKey: [quarantineKey, 'record', id],
        queryFn: () => api.query(recordDocument, { id }),
        enabled: id !== '',
    });
    const found = query.data?.dataHubRecordError;
    return (
        <Sheet open={id !== ''} onOpenChange={isOpen => !isOpen && setView({ record: '' })}>
            <SheetContent className="w-full overflow-y-auto data-[side=right]:w-full data-[side=right]:sm:max-w-2xl">
                <SheetHeader>
                    <SheetTitle>{found ? nameOf(found) : <Trans>Refused record</Trans>}</SheetTitle>
                    <SheetDescription>{found?.message}</SheetDescription>
                </SheetHeader>
                <div className="space-y-6 px-4 pb-6">
                    <Loaded query={query}>
                        {({ dataHubRecordError, dataHubRecordErrorAudit }) =>
                            dataHubRecordError ? (
                                <>
                                    <RecordFacts record={dataHubRecordError} setView={setView} />
                                    <RecordFields key={id} record={dataHubRecordError} setView={setView} />
                                    <RecordHistory audit={dataHubRecordErrorAudit} />
                                </>
                            ) : (
                                <Nothing icon={SearchX} title={<Trans>There is no such record</Trans>}>
                                    <Trans>It may have been cleared away together with its run.</Trans>
                                </Nothing>
                            )
                        }
                    </Loaded>
                </div>
            </SheetContent>
        </Sheet>
    );
}
