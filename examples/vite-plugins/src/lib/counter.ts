/** Counts. */
export class Counter {
	count = 0;

	add(): number {
		return ++this.count;
	}
}
