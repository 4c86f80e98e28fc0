import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useLocalFormat } from '@vendure/dashboard';
import { ListTable, type Column } from '../../components/list/list-table';

interface RowProblem {
    line: number;
    errorId: string | null;
    message: string;
    hint: string | null;
}

/** As the server answers the upload of a spreadsheet. */
export interface TakenSheet {
    rows: number;
    changed: number;
    unchanged: number;
    problemCount: number;
    /** The first hundred. */
    problems: RowProblem[];
    replayed: number;
    runIds: string[];
    replayProblem: { message: string; hint: string | null } | null;
}

export function SheetResult({ taken }: Readonly<{ taken: TakenSheet }>) {
    const { t } = useLingui();
    const { formatNumber } = useLocalFormat();
    const { rows, changed, unchanged, problemCount, problems, replayed, replayProblem } = taken;
    const shown = formatNumber(problems.length);
    const all = formatNumber(problemCount);
    const columns: Column<RowProblem>[] = [
        { key: 'line', header: <Trans>Line</Trans>, isNumber: true, cell: ({ line }) => formatNumber(line) },
        { key: 'record', header: <Trans>Record</Trans>, isSecondary: true, cell: ({ errorId }) => errorId ?? '–' },
        {
            key: 'problem',
            header: <Trans>Problem</Trans>,
            cell: ({ message, hint }) => (
                <span className="block whitespace-normal">
                    {message} {hint}
                </span>
            ),
        },
    ];
    return (
        <div className="space-y-3 text-sm" role="status">
            <ul className="list-inside list-disc">
                <li>
                    <Plural value={rows} one="# row read" other="# rows read" />
                </li>
                <li>
                    <Plural value={changed} one="# record changed" other="# records changed" />
                </li>
                {unchanged > 0 && (
                    <li>
                        <Plural value={unchanged} one="# record as it was" other="# records as they were" />
                    </li>
                )}
                {replayed > 0 && (
                    <li>
                        <Plural value={replayed} one="# record sent again" other="# records sent again" />
                    </li>
                )}
            </ul>
            {replayProblem && (
                <p role="alert">
                    <Trans>Not sent again:</Trans> {replayProblem.message} {replayProblem.hint}
                </p>
            )}
            {problemCount > 0 && (
                <>
                    <p className="font-medium">
                        <Plural
                            value={problemCount}
                            one="# row could not be taken; correct it and upload the file again."
                            other="# rows could not be taken; correct them and upload the file again."
                        />
                    </p>
                    <div className="max-h-64 overflow-y-auto">
                        <ListTable
                            label={t`Rows that could not be taken`}
                            columns={columns}
                            items={problems}
                            keyOf={({ line }) => String(line)}
                        />
                    </div>
                    {problemCount > problems.length && (
                        <p>
                            <Trans>
                                The first {shown} of {all}.
                            </Trans>
                        </p>
                    )}
                </>
            )}
        </div>
    );
}
