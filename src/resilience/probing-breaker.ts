import { CircuitState, IBreaker } from 'cockatiel';

export interface BreakerLimits {
    /** Failures in a row that open the circuit. */
    failuresToOpen: number;
    /** Successes in a row after which a half-open circuit is closed. */
    successesToClose: number;
}

/**
 * Opens after some failures in a row and closes after some successes in a row. Cockatiel's own circuit counts as closed
 * after one successful probe; from then on this breaker is on trial, which is the second part of being half-open: the
 * first failure opens the circuit again.
 */
export class ProbingBreaker implements IBreaker {
    state: BreakerCounts = { failures: 0, successes: 0, onTrial: false };

    constructor(
        private readonly limits: BreakerLimits,
        private readonly onRecovered: () => void,
    ) {}

    success(circuit: CircuitState): void {
        if (circuit === CircuitState.HalfOpen) this.state = { ...this.state, successes: 0, onTrial: true };
        if (!this.state.onTrial) {
            this.state = { failures: 0, successes: 0, onTrial: false };
            return;
        }
        const successes = this.state.successes + 1;
        if (successes < this.limits.successesToClose) {
            this.state = { ...this.state, successes };
            return;
        }
        this.state = { failures: 0, successes: 0, onTrial: false };
        this.onRecovered();
    }

    /** The failures that opened the circuit stay counted while it is on trial, so one more opens it again. */
    failure(): boolean {
        const failures = this.state.failures + 1;
        this.state = { failures, successes: 0, onTrial: false };
        return failures >= this.limits.failuresToOpen;
    }
}

interface BreakerCounts {
    /** In a row. */
    failures: number;
    successes: number;
    onTrial: boolean;
}
