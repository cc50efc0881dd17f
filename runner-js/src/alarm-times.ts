/**
 * The alarms of Durable Objects while `Date` is faked. workerd fires them by real time, so that it must not get to know the
 * faked one: it gets a time in the far future, a different one for each, that stands for what the object has set.
 */

/** What is known of an object's alarm. */
export interface Watched {
	/** The object's alarm is not earlier, if it has any; as its class sees it. */
	earliest: number;
}

/** The methods of a Durable Object's storage, and of its transactions, that are about alarms. */
interface AlarmStorage {
	getAlarm(options?: unknown): Promise<number | null>;
	setAlarm(time: unknown, options?: unknown): Promise<void>;
	transaction?<T>(work: (transaction: AlarmStorage) => Promise<T>): Promise<T>;
}

/** Alarms of this time and later are stand-ins: in the year 2200; workerd knows no dates after 2262. */
const STAND_INS = 7_258_118_400_000;

export class AlarmTimes {
	/** Unix time in milliseconds, while it is faked. */
	date?: number;
	readonly #onDue: (object: Watched) => void;
	readonly #watched = new WeakMap<object, Watched>();
	/** workerd's own methods, by the prototype that they were taken from. */
	readonly #own = new WeakMap<object, Pick<AlarmStorage, "getAlarm" | "setAlarm">>();
	/** The times that objects have set, each where its stand-in is. */
	readonly #faked: number[] = [];

	/** `onDue` hears of objects that set an alarm that is due at once by the faked time. */
	constructor(onDue: (object: Watched) => void) {
		this.#onDue = onDue;
	}

	/** To be called before the object's class sees its storage. */
	watch(storage: AlarmStorage, object: Watched): void {
		this.#watched.set(storage, object);
		const prototype = Object.getPrototypeOf(storage) as AlarmStorage;
		if (!this.#own.has(prototype)) this.#patch(prototype);
	}

	/** The time of its alarm as workerd has it. */
	stored(storage: AlarmStorage): Promise<number | null> {
		return Reflect.apply(this.#ownOf(storage).getAlarm, storage, []);
	}

	/** Sets the alarm to a time that `stored` gave. */
	putBack(storage: AlarmStorage, time: number): Promise<void> {
		const object = this.#watched.get(storage);
		if (object) object.earliest = Math.min(object.earliest, this.#told(time) ?? Infinity);
		return Reflect.apply(this.#ownOf(storage).setAlarm, storage, [time]);
	}

	#ownOf(storage: AlarmStorage): Pick<AlarmStorage, "getAlarm" | "setAlarm"> {
		return this.#own.get(Object.getPrototypeOf(storage)) ?? storage;
	}

	#patch(prototype: AlarmStorage): void {
		const times = this;
		const { getAlarm, setAlarm, transaction } = prototype;
		this.#own.set(prototype, { getAlarm, setAlarm });
		prototype.getAlarm = async function (...args) {
			return times.#told(await Reflect.apply(getAlarm, this, args));
		};
		prototype.setAlarm = function (time, ...rest) {
			const object = times.#watched.get(this);
			const wanted = typeof time === "number" || time instanceof Date ? Number(time) : NaN;
			// workerd has words for what is no time.
			if (!object || !(wanted > 0)) return Reflect.apply(setAlarm, this, [time, ...rest]);
			object.earliest = Math.min(object.earliest, wanted);
			if (times.date === undefined) return Reflect.apply(setAlarm, this, [time, ...rest]);
			const isDue = wanted <= times.date;
			const set: Promise<void> = Reflect.apply(setAlarm, this, [times.#standIn(Math.max(wanted, times.date)), ...rest]);
			if (isDue) void set.then(() => times.#onDue(object)).catch(() => {});
			return set;
		};
		if (!transaction) return;
		prototype.transaction = function <T>(this: AlarmStorage, work: (transaction: AlarmStorage) => Promise<T>): Promise<T> {
			const object = times.#watched.get(this);
			const watchedWork = (own: AlarmStorage) => {
				if (object) times.watch(own, object);
				return work(own);
			};
			return Reflect.apply(transaction, this, [watchedWork]) as Promise<T>;
		};
	}

	#standIn(time: number): number {
		return STAND_INS + this.#faked.push(Math.floor(time)) - 1;
	}

	#told(time: number | null): number | null {
		return time === null ? null : (this.#faked[time - STAND_INS] ?? time);
	}
}
