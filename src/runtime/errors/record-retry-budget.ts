/** How often something may be tried again. Counted from the start of a process: a resumed run begins with a full budget. */
export class RecordRetryBudget {
    private used = 0;
    private isTold = false;

    constructor(
        private readonly limit: number,
        /** Called once, when there was a reason for one more. */
        private readonly onUsedUp: () => void,
    ) {}

    get isUsedUp(): boolean {
        return this.used >= this.limit;
    }

    take(): void {
        this.used++;
    }

    tell(): void {
        if (this.isTold) return;
        this.isTold = true;
        this.onUsedUp();
    }
}
