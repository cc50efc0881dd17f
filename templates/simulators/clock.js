// The simulators' time: that of the test file that runs, real or faked.

const RealDate = Date;

/** Unix time in milliseconds while the test file has faked `Date`. */
let date;

const FakeDate = new Proxy(RealDate, {
	apply: () => new FakeDate().toString(),
	construct: (target, args, self) => Reflect.construct(target, args.length > 0 ? args : [date], self),
	get: (target, key, self) => (key === "now" ? () => date : Reflect.get(target, key, self)),
});

/** Takes over the time of the test file; without `date` it is real. */
export function set(time) {
	date = time.date;
	globalThis.Date = date === undefined ? RealDate : FakeDate;
}
