terraform {
  required_version = ">= 1.6"
}

locals {
  list   = ["a", "b", "c"]
  map    = { b = 2, a = 1, "c d" = 3 }
  nested = { list = [{ x = 1 }, { x = 2 }], object = { y = { z = "deep" } } }
  people = [{ name = "ada", age = 36 }, { name = "bob", age = 20 }]
  key    = "computed"
  # A comment with "quotes" and ${ braces }.
  /* and
     another */
  chain = local.chain_one
  chain_one = local.chain_two // ends
  chain_two = "end of the chain"
}

resource "terraform_data" "one" {
  input = "one"
}

resource "terraform_data" "counted" {
  count = 2
  input = "counted ${count.index}"
}

resource "terraform_data" "each" {
  for_each = { x = "ex", "y.z" = "why" }
  input    = "${each.key}=${each.value}"
}

resource "terraform_data" "chained" {
  for_each = terraform_data.each
  input    = each.value.input
}

resource "terraform_data" "set" {
  for_each = toset(["q", "p"])
  input    = each.value == each.key ? each.key : "never"
}

resource "terraform_data" "none" {
  count = var.flag ? 0 : 1
  input = "none"
}

resource "terraform_data" "secret" {
  input = { user = "admin", password = var.password, greeting = "hello ${var.password}" }
}

resource "terraform_data" "unknown" {
  input = {
    known     = "known"
    id        = terraform_data.one.id
    text      = "id is ${terraform_data.one.id}"
    document  = jsonencode({ id = terraform_data.one.id, fixed = 1 })
    list      = [terraform_data.one.id, "fixed"]
    condition = false && terraform_data.one.id == "x"
    length    = length([terraform_data.one.id, "b"])
    merged    = merge({ a = 1 }, { b = terraform_data.one.id })
    splat     = terraform_data.counted[*].id
    keys      = keys(terraform_data.each)
  }
}

module "part" {
  source = "./part"
  prefix = "p"
  names  = ["m", "n"]
}

module "many" {
  source   = "./part"
  for_each = toset(["k", "l"])
  prefix   = each.key
  names    = [each.value]
}

output "module_output" { value = module.part.joined }
output "module_many" { value = { for key, part in module.many : key => part.joined } }
output "module_many_one" { value = module.many["k"].joined }
output "module_path" { value = module.part.path }
