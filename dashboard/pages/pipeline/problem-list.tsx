import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import type { TextProblem } from '../../editor/text-problem';

interface ProblemListProps {
    problems: readonly TextProblem[];
    onOpen: (problem: TextProblem) => void;
}

/** Every problem with its place and what to do about it; each opens its place. */
export function ProblemList({ problems, onOpen }: Readonly<ProblemListProps>) {
    const { t } = useLingui();
    if (problems.length === 0) return null;
    const errors = problems.filter(({ severity }) => severity === 'ERROR').length;
    return (
        <section className="space-y-2" aria-label={t`Problems of the definition`}>
            <h2 className="text-base font-medium">
                {errors > 0 ? (
                    <Plural value={errors} one="# error keeps it from running" other="# errors keep it from running" />
                ) : (
                    <Trans>It can run, but this is probably not meant</Trans>
                )}
            </h2>
            <ul className="divide-y rounded-md border bg-card">
                {problems.map(problem => (
                    <li key={`${problem.path} ${problem.message}`}>
                        <button
                            type="button"
                            className="flex w-full gap-2 p-3 text-left text-sm hover:bg-muted"
                            onClick={() => onOpen(problem)}
                        >
                            <Icon severity={problem.severity} />
                            <span className="min-w-0 break-words">
                                <span className="block">{problem.message}</span>
                                {problem.hint && <span className="block text-muted-foreground">{problem.hint}</span>}
                                <span className="block text-xs text-muted-foreground">
                                    <Trans>
                                        Line {problem.line}, <code className="break-all">{problem.path}</code>
                                    </Trans>
                                </span>
                            </span>
                        </button>
                    </li>
                ))}
            </ul>
        </section>
    );
}

function Icon({ severity }: Readonly<{ severity: TextProblem['severity'] }>) {
    const { t } = useLingui();
    return severity === 'ERROR' ? (
        <CircleAlert
            className="mt-0.5 size-4 shrink-0 text-destructive dark:text-red-400"
            role="img"
            aria-label={t`Error`}
        />
    ) : (
        <TriangleAlert className="mt-0.5 size-4 shrink-0 text-warning" role="img" aria-label={t`Warning`} />
    );
}
