variable "secret" {
  default   = "hunter2"
  sensitive = true
}

output "base64sha256" { value = base64sha256("a") }
output "base64sha512" { value = base64sha512("a") }
output "basename" { value = [basename("a/b/c.txt"), basename("c"), basename("a/b/"), basename("/"), basename("")] }
output "chunklist" { value = [chunklist(["a", "b", "c"], 2), chunklist(["a"], 5), chunklist(["a", "b"], 0)] }
output "cidrhost" { value = [cidrhost("10.12.112.0/20", 16), cidrhost("10.0.0.0/24", -2), cidrhost("fd00:fd12:3456:7890::/72", 34)] }
output "cidrnetmask" { value = cidrnetmask("172.16.0.0/12") }
output "cidrsubnet" { value = [cidrsubnet("172.16.0.0/12", 4, 2), cidrsubnet("10.1.2.0/24", 4, 15), cidrsubnet("fd00:fd12:3456:7890::/56", 16, 162), cidrsubnet("10.0.0.0/16", 0, 0)] }
output "cidrsubnets" { value = [cidrsubnets("10.1.0.0/16", 4, 4, 8, 4), cidrsubnets("10.0.0.0/8", 16, 8, 1), cidrsubnets("fd00::/48", 16, 16)] }
output "csvdecode" { value = csvdecode("a,b\n1,x y\n2,\"z,w\nv\"\n") }
output "dirname" { value = [dirname("a/b/c.txt"), dirname("c"), dirname("a/b/"), dirname("/a"), dirname("")] }
output "formatlist" { value = [formatlist("%s-%s", ["a", "b"], "x"), formatlist("%d", [1, 2]), formatlist("%s", []), formatlist("%s/%s", ["a", "b"], ["c", "d"])] }
output "index" { value = [index(["a", "b", "c"], "b"), index([1, 2], 2)] }
output "issensitive" { value = [issensitive(var.secret), issensitive("a"), issensitive({ a = 1 })] }
output "log" { value = [log(50, 10), log(16, 2), log(1, 10)] }
output "matchkeys" { value = [matchkeys(["i-1", "i-2", "i-3"], ["a", "b", "a"], ["a"]), matchkeys(["x"], ["y"], [])] }
output "parseint" { value = [parseint("100", 10), parseint("FF", 16), parseint("-10", 16), parseint("1011111011101111", 2), parseint("z", 36)] }
output "pow" { value = [pow(3, 2), pow(4, 0), pow(2, 10), pow(-2, 3)] }
output "regex" { value = [regex("[a-z]+", "53453453.345345aaabbbccc23454"), regex("(\\d\\d\\d\\d)-(\\d\\d)-(\\d\\d)", "2019-02-01"), regex("^(?:(?P<scheme>[^:/?#]+):)?(?://(?P<authority>[^/?#]*))?", "https://terraform.io/docs/"), regex("^arn:aws:iam::(\\d+):role/(.*)$", "arn:aws:iam::123456789012:role/a/b"), regex("(a)(b)?", "ac"), regex("(?i)HELLO", "say hello"), regex("^a.b$", "a-b"), regex("[^]]+", "ab]c")] }
output "regex_end" { value = [can(regex("a$", "a\n")), can(regex("(?m)a$", "a\n")), can(regex("\\s", "a b")), can(regex("^[0-9]{3,4}$", "12")), can(regex("x", "y")), can(regex("(?=x)", "x"))] }
output "regexall" { value = [regexall("[a-z]+", "1234abcd5678efgh9"), regexall("(\\w)=(\\d)", "a=1,b=2"), length(regexall("z", "abc")), regexall("(?P<k>\\w)", "ab")] }
output "replace_pattern" { value = [replace("hello world", "/w.*d/", "everybody"), replace("1 + 2", "/(\\d)/", "<$1>"), replace("a-b_c", "/[-_]/", ""), replace("ab", "/(?P<x>a)/", "$${x}$${x}"), replace("a.b", "/\\./", "$$"), replace("a/b", "/", "-")] }
output "sha512" { value = sha512("a") }
output "signum" { value = [signum(-13), signum(0), signum(344)] }
output "strrev" { value = [strrev("hello"), strrev("")] }
output "transpose" { value = transpose({ a = ["1", "2"], b = ["2", "3"] }) }
output "yamldecode" { value = [yamldecode("hello: world"), yamldecode("a: 1\nb: [true, null, 1.5, x]\nc:\n  d: \"1\"\n  e: |\n    text\n"), yamldecode("- a\n- {b: c}\n"), yamldecode("{\"a\": [1, 2]}"), yamldecode("a:\n"), yamldecode("plain")] }
