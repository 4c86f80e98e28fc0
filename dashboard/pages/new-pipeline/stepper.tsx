import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Check } from 'lucide-react';
import type { Draft } from './draft';
import { isReachable, type Step, stepsOf } from './steps';

const labels: Record<Step, MessageDescriptor> = {
    file: msg`File`,
    preview: msg`What is in it`,
    target: msg`What it becomes`,
    fields: msg`Fields`,
    create: msg`Name and plan`,
};

interface StepperProps {
    draft: Draft;
    current: Step;
    onStep: (step: Step) => void;
}

/** Where one is, and the way back to what is decided already. */
export function Stepper({ draft, current, onStep }: Readonly<StepperProps>) {
    const { t } = useLingui();
    const shown = stepsOf(draft);
    return (
        <nav aria-label={t`Steps`} className="mb-6 overflow-x-auto">
            <ol className="flex w-max gap-1 sm:gap-3">
                {shown.map((step, index) => {
                    const isBefore = index < shown.indexOf(current);
                    return (
                        <li key={step} className="flex items-center">
                            <button
                                type="button"
                                className="flex items-center gap-2 rounded-md px-2 py-1 text-sm enabled:hover:bg-accent disabled:text-muted-foreground aria-[current]:font-semibold"
                                aria-current={step === current ? 'step' : undefined}
                                disabled={!isReachable(step, draft)}
                                onClick={() => onStep(step)}
                            >
                                <span
                                    aria-hidden="true"
                                    className={`flex size-6 items-center justify-center rounded-full border text-xs ${
                                        step === current ? 'border-primary bg-primary text-primary-foreground' : ''
                                    }`}
                                >
                                    {isBefore ? <Check className="size-3.5" /> : index + 1}
                                </span>
                                <span className={step === current ? '' : 'sr-only sm:not-sr-only'}>
                                    {t(labels[step])}
                                </span>
                            </button>
                        </li>
                    );
                })}
            </ol>
        </nav>
    );
}
