output "abs" { value = [abs(-3), abs(2.5)] }
output "alltrue" { value = [alltrue([true, "true"]), alltrue([true, false]), alltrue([])] }
output "anytrue" { value = [anytrue([false, true]), anytrue([])] }
output "base64decode" { value = base64decode("aMOpbGxv") }
output "base64encode" { value = base64encode("héllo") }
output "can" { value = [can(local.map.a), can(local.map.missing), can(tonumber("x"))] }
output "ceil" { value = [ceil(1.2), ceil(-1.2), ceil(3)] }
output "chomp" { value = [chomp("a\n"), chomp("a\r\n\n"), chomp("a")] }
output "coalesce" { value = [coalesce("", "b"), coalesce(null, "c"), coalesce("a", "b"), coalesce(null, 1, 2)] }
output "coalescelist" { value = [coalescelist([], ["b"]), coalescelist(["a"], ["b"])] }
output "compact" { value = compact(["a", "", null, "b"]) }
output "concat" { value = concat(["a"], [], ["b", 1]) }
output "contains" { value = [contains(["a", "b"], "b"), contains(["a"], "z"), contains([1, 2], 2)] }
output "distinct" { value = distinct(["b", "a", "b", "c", "a"]) }
output "element" { value = [element(["a", "b", "c"], 1), element(["a", "b", "c"], 4)] }
output "endswith" { value = [endswith("hello", "lo"), endswith("hello", "x")] }
output "file" { value = file("${path.module}/texts/plain.txt") }
output "filebase64" { value = filebase64("${path.module}/texts/plain.txt") }
output "fileexists" { value = [fileexists("${path.module}/texts/plain.txt"), fileexists("texts/missing.txt")] }
output "flatten" { value = [flatten([["a"], [], ["b", ["c", ["d"]]]]), flatten([1, [2]])] }
output "floor" { value = [floor(1.8), floor(-1.2)] }
output "format" { value = [format("%s", "a"), format("%s %s", "a", 1), format("%d", 5), format("%05d|%5d|%-5d|%+d", 42, 42, 42, 42), format("%.2f", 1.005), format("%f", 1.5), format("%8.3f|", 3.14159), format("%%"), format("%v %v %v", 1, "a", true), format("%v", [1, "a"]), format("%q", "a\"b"), format("%t", true), format("%x %X %o %b", 255, 255, 8, 5), format("%[2]s %[1]s", "a", "b"), format("%5s|%-5s|%.2s", "a", "a", "abc"), format("%e", 12345.678), format("%g", 1.5), format("%#v", "x"), format("%s", true)] }
output "indent" { value = indent(2, "a\nb\nc") }
output "join" { value = [join("-", ["a", "b"]), join(",", []), join(",", ["a"], ["b", "c"]), join("", [1, true])] }
output "jsondecode" { value = jsondecode("{\"a\": [1, 2.5, null, \"x\", true], \"b\": {}}") }
output "jsonencode" { value = [jsonencode({ b = 1, a = [1.5, true, null, "x"] }), jsonencode("<a> & \"b\""), jsonencode([]), jsonencode({}), jsonencode("é\n\t\u2028"), jsonencode(1), jsonencode(null), jsonencode(toset(["b", "a"])), jsonencode(1e30), jsonencode(0.000001)] }
output "keys" { value = [keys(local.map), keys({})] }
output "length" { value = [length("héllo"), length([1, 2]), length({ a = 1 }), length(toset(["a", "a"])), length("")] }
output "lookup" { value = [lookup(local.map, "a", 9), lookup(local.map, "zz", 9)] }
output "lower" { value = lower("HÉLLO") }
output "max" { value = max(1, 5, 3) }
output "md5" { value = md5("a") }
output "merge" { value = [merge({ a = 1, b = 1 }, { b = 2 }), merge({}, null, { c = 3 }), merge()] }
output "min" { value = min(4, 2, 3) }
output "nonsensitive" { value = nonsensitive("clear") }
output "one" { value = [one(["a"]), one([])] }
output "range" { value = [range(3), range(1, 4), range(0, 10, 4), range(4, 1), range(4, 0, -2)] }
output "replace" { value = [replace("a-b-c", "-", "_"), replace("abc", "x", "y"), replace("aaa", "a", "")] }
output "reverse" { value = reverse(["a", "b", "c"]) }
output "setintersection" { value = setintersection(["a", "b"], ["b", "c"]) }
output "setproduct" { value = setproduct(["a", "b"], ["x", "y"]) }
output "setsubtract" { value = setsubtract(["a", "b", "c"], ["b"]) }
output "setunion" { value = setunion(["b"], ["a", "b"]) }
output "sha1" { value = sha1("a") }
output "sha256" { value = sha256("a") }
output "slice" { value = slice(["a", "b", "c", "d"], 1, 3) }
output "sort" { value = sort(["b", "a", "C"]) }
output "split" { value = [split(",", "a,b,c"), split(",", ""), split(",", "a")] }
output "startswith" { value = [startswith("hello", "he"), startswith("hello", "x")] }
output "strcontains" { value = [strcontains("hello", "ell"), strcontains("hello", "x")] }
output "substr" { value = [substr("hello", 1, 3), substr("hello", 1, -1), substr("hello", -3, 2), substr("hello", 0, 99)] }
output "sum" { value = [sum([1, 2, 3.5]), sum([10])] }
output "templatefile" { value = templatefile("${path.module}/texts/greeting.tftpl", { name = "Ada", items = ["a", "b"], polite = true }) }
output "title" { value = title("hello wide world") }
output "tobool" { value = [tobool("true"), tobool(false), tobool(null)] }
output "tolist" { value = tolist(toset(["b", "a"])) }
output "tomap" { value = tomap({ a = 1, b = "x" }) }
output "tonumber" { value = [tonumber("5"), tonumber("1.50"), tonumber(2), tonumber(null), tonumber("1e3")] }
output "toset" { value = [toset(["b", "a", "b"]), toset([3, 10, 2]), toset([1, "a"])] }
output "tostring" { value = [tostring(1), tostring(1.5), tostring(true), tostring("a"), tostring(null), tostring(1000000000000000000000), tostring(0.1)] }
output "trim" { value = [trim("?!hello?!", "!?"), trim("  a ", " ")] }
output "trimprefix" { value = trimprefix("helloworld", "hello") }
output "trimspace" { value = trimspace("  a \n\t") }
output "trimsuffix" { value = trimsuffix("helloworld", "world") }
output "try" { value = [try(local.map.missing, "fallback"), try(local.map.a, "unused"), try(tonumber("x"), tonumber("y"), 3)] }
output "upper" { value = upper("héllo") }
output "urlencode" { value = urlencode("a b&c/é*~-_.") }
output "values" { value = values(local.map) }
output "zipmap" { value = zipmap(["a", "b"], [1, 2]) }
output "sensitive" {
  value     = sensitive("hidden")
  sensitive = true
}
