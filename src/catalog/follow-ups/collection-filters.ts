import { CollectionService } from '@vendure/core';

interface Suspension {
    runs: number;
    wasOn: boolean;
}

const suspensions = new WeakMap<CollectionService, Suspension>();

/**
 * Keeps Vendure from applying the filters of all collections after each event. The switch is one for the whole process,
 * so runs that overlap share it: the last one to end turns it back to what it was.
 */
export class CollectionFilterPause {
    private active = false;

    constructor(private readonly service: CollectionService) {}

    begin(): void {
        if (this.active) return;
        this.active = true;
        const suspension = suspensions.get(this.service);
        if (suspension) {
            suspension.runs++;
            return;
        }
        suspensions.set(this.service, { runs: 1, wasOn: this.isOn() });
        this.service.setApplyAllFiltersOnProductUpdates(false);
    }

    /** Whether the shop wants filters to be applied when products change. */
    get isWanted(): boolean {
        return suspensions.get(this.service)?.wasOn ?? this.isOn();
    }

    end(): void {
        const suspension = suspensions.get(this.service);
        if (!this.active || !suspension) return;
        this.active = false;
        suspension.runs--;
        if (suspension.runs > 0) return;
        suspensions.delete(this.service);
        this.service.setApplyAllFiltersOnProductUpdates(suspension.wasOn);
    }
    /** Vendure offers no way to ask; a shop that has turned it off itself must find it off afterwards. */
    private isOn(): boolean {
        return Reflect.get(this.service, 'applyAllFiltersOnProductUpdates') !== false;
    }
}
