/**
 * Block coverage as V8 gives it inside an isolate, in the form that its inspector has for Node: a list of ranges becomes
 * functions, each with its blocks.
 */

/** What in a syntax tree V8 has a function for, and may have a block for: classes stand for the constructors that they do not have. */
const EXPRESSIONS = new Set(["FunctionExpression", "ArrowFunctionExpression", "ClassExpression"]);
const DECLARATIONS = new Set(["FunctionDeclaration", "ClassDeclaration"]);
/** A method's function begins with its name. */
const METHODS = new Set(["MethodDefinition", "Property"]);

/**
 * The functions of a script.
 *
 * @param ranges start, end and count of each range: a function comes before its blocks, and an outer one before inner ones
 * @param program the script's syntax tree
 */
export function functionsOf(ranges, program) {
	const places = functionPlaces(program);
	const all = [];
	for (let index = 0; index < ranges.length; index += 3) {
		all.push({ startOffset: ranges[index], endOffset: ranges[index + 1], count: ranges[index + 2] });
	}
	const last = new Map(all.map((range) => [placeOf(range), range]));
	const functions = [];
	for (const range of all) {
		const holder = functions.at(-1)?.ranges;
		const kind = kindOf(range, places);
		// A block that is a whole function has the same place as this, and comes before it.
		const isBlock = !kind || (kind === "expression" && last.get(placeOf(range)) !== range);
		if (holder && isBlock && isWithin(range, holder[0])) holder.push(range);
		else functions.push({ functionName: "", isBlockCoverage: true, ranges: [range] });
	}
	return functions;
}

const placeOf = ({ startOffset, endOffset }) => `${startOffset}-${endOffset}`;
const isWithin = (inner, outer) => outer.startOffset <= inner.startOffset && inner.endOffset <= outer.endOffset;

function kindOf({ startOffset, endOffset }, places) {
	return places.get(endOffset)?.find(({ first, last }) => first <= startOffset && startOffset <= last)?.kind;
}

/** By where functions end: between which positions they begin, and of what kind they are. */
function functionPlaces(program) {
	const places = new Map();
	const add = (first, last, end, kind) => places.set(end, [...(places.get(end) ?? []), { first, last, kind }]);
	visit(program, (node) => {
		const { type, start, end } = node;
		if (EXPRESSIONS.has(type)) add(start, node.body.start, end, "expression");
		if (DECLARATIONS.has(type)) add(start, node.body.start, end, "declaration");
		if (METHODS.has(type) && node.value?.type === "FunctionExpression") add(start, node.value.start, end, "method");
		if (type === "ClassBody") {
			// What initialises members is one function, from some member to some other.
			for (const member of node.body) add(start, member.start, member.value?.end ?? member.end, "initializer");
		}
	});
	return places;
}

function visit(node, enter) {
	if (typeof node.type === "string") enter(node);
	for (const child of Object.values(node)) {
		if (child && typeof child === "object") visit(child, enter);
	}
}
