import { Trans, useLingui } from '@lingui/react/macro';
import { useLocalFormat } from '@vendure/dashboard';
import type { ReactNode } from 'react';
import { Count } from '../../components/count';
import { ListTable, type Column } from '../../components/list/list-table';
import type { Run } from './use-run';

type Step = Run['steps'][number];
type Counted = Exclude<keyof Step, 'step'>;

/** The numbers of the graph as a table, with those that a node has no room for. */
export function RunSteps({ run: { steps, live } }: Readonly<{ run: Run }>) {
    const { t } = useLingui();
    const { formatNumber } = useLocalFormat();
    if (steps.length === 0) return null;
    const rates = new Map(live?.steps.map(({ step, recordsPerSecond }) => [step, recordsPerSecond]));
    const columns: Column<Step>[] = [
        { key: 'step', header: <Trans>Step</Trans>, cell: ({ step }) => step },
        count('in', <Trans>In</Trans>, false),
        count('out', <Trans>Out</Trans>, false),
        count('dropped', <Trans>Dropped</Trans>),
        count('rejected', <Trans>Rejected</Trans>, false),
        count('created', <Trans>Created</Trans>),
        count('updated', <Trans>Updated</Trans>),
        count('unchanged', <Trans>Unchanged</Trans>),
        count('deleted', <Trans>Deleted</Trans>),
    ];
    if (live) {
        columns.push({
            key: 'rate',
            header: <Trans>Per second</Trans>,
            isNumber: true,
            isSecondary: true,
            cell: ({ step }) => formatNumber(Math.round(rates.get(step) ?? 0)),
        });
    }
    return <ListTable label={t`Steps`} columns={columns} items={steps} keyOf={({ step }) => step} />;
}

const count = (key: Counted, header: ReactNode, isSecondary = true): Column<Step> => ({
    key,
    header,
    isNumber: true,
    isSecondary,
    cell: step => <Count of={step[key]} />,
});
