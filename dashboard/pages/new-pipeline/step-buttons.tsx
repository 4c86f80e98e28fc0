import { Trans } from '@lingui/react/macro';
import { Button } from '@vendure/dashboard';
import { ArrowLeft, ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';

interface StepButtonsProps {
    onBack?: () => void;
    onNext?: () => void;
    isNextDisabled?: boolean;
    /** Instead of "Next". */
    next?: ReactNode;
}

export function StepButtons({ onBack, onNext, isNextDisabled = false, next }: Readonly<StepButtonsProps>) {
    return (
        <div className="mt-6 flex justify-between gap-2">
            {onBack ? (
                <Button variant="outline" onClick={onBack}>
                    <ArrowLeft aria-hidden="true" />
                    <Trans>Back</Trans>
                </Button>
            ) : (
                <span />
            )}
            {next ??
                (onNext && (
                    <Button onClick={onNext} disabled={isNextDisabled}>
                        <Trans>Next</Trans>
                        <ArrowRight aria-hidden="true" />
                    </Button>
                ))}
        </div>
    );
}
