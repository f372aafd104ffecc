output "numbers" { value = [1, 1.5, 1e3, 1.5e-3, -2, 0.1 + 0.2, 10 / 4, 10 / 5, 7 % 3, -7 % 3, 2 * 3 + 4, 2 + 3 * 4, (2 + 3) * 4, 10 - 2 - 3, 100000000000000000000] }
output "logic" { value = [true && false, true || false, !true, !false && true, 1 < 2, 2 <= 2, 3 > 4, 4 >= 4, 1 == 1, 1 != 1, "a" == "a", 1 == "1", true == "true", null == null, [1] == [1], { a = 1 } == { a = 1 }, 1 == 2 == false, 1 < 2 == true] }
output "conditional" { value = true ? "yes" : "no" }
output "conditional_chain" { value = false ? "a" : false ? "b" : true ? "c" : "d" }
output "conditional_mixed" { value = [true ? 1 : "x", false ? true : "x", true ? null : "x"] }
output "strings" { value = ["plain", "quote \" backslash \\ newline \n tab \t", "unicode \u00e9 \U0001F600", "dollar $ percent % $${escaped} %%{escaped}", "$", "%", "a$b", "100%", "$$", "héllo"] }
output "interpolation" { value = ["${1}", "x${1}y", "${true}", "${"nested ${"twice"}"}", "a${1}${2}b", "${local.map.a}-${local.list[1]}", "${1.5}", "${"quotes \" inside"}"] }
output "single_interpolation_keeps_type" { value = "${[1, 2]}" }
output "directives" { value = ["%{ if true }yes%{ else }no%{ endif }", "%{ if false }yes%{ endif }", "%{ for x in [1, 2, 3] }<${x}>%{ endfor }", "%{ for k, v in { a = 1, b = 2 } }${k}=${v},%{ endfor }", "a  %{~ if true ~}  b  %{~ endif ~}  c", "${~ 1 ~}", "x ${~ 1 ~} y"] }
output "heredoc" {
  value = <<EOT
first ${local.list[0]}
  second "quoted" \n stays
%{ if true ~}
kept
%{ endif ~}
last $${escaped}
EOT
}
output "heredoc_indented" {
  value = <<-EOT
    zero
      two
    ${local.list[0]} at the start

    after a blank line
      %{ for x in local.list ~}
      item ${x}
      %{ endfor ~}
    end
  EOT
}
output "heredoc_shallow" {
  value = <<-END
      six
    four
  END
}
output "heredoc_in_call" {
  value = upper(<<-X
    abc
  X
  )
}
output "heredoc_one_value" {
  value = <<-X
    ${local.list[0]}
  X
}
output "heredoc_json" {
  value = jsondecode(<<-JSON
    { "a": [1, 2.5, "x", null, true], "é": "\u00e9" }
  JSON
  )
}
output "object_keys" {
  value = {
    bare         = 1
    "quoted"     = 2
    (local.key)  = 3
    "x${1}"      = 4
    true         = 5
    colon : 6, comma = 7
    null = 8
    for  = 9
    if   = 10
    in   = 11
    with-dash = 12
  }
}
output "object_newlines" {
  value = {
    a = [
      1,
      2,
    ]
    b = {

      c = 1

    }
    (local.key) = upper(
      "x"
    )
  }
}
output "indexes" { value = [local.list[0], local.list["1"], local.map["a"], local.map.b, local.map["c d"], local.nested.list[1].x, local.nested["object"]["y"].z, local.nested.list.0.x, [1, 2, 3][1], { a = 1 }.a, (local.list)[2]] }
output "splats" { value = [local.people[*].name, local.people.*.age, local.nested.list[*].x, "single"[*], null[*], [for p in local.people : p.name][*], local.people[*]["name"]] }
output "for_list" { value = [[for x in local.list : upper(x)], [for i, x in local.list : "${i}${x}"], [for x in local.list : x if x != "b"], [for k, v in local.map : "${k}=${v}"], [for v in local.map : v], [for x in toset(["b", "a"]) : x], [for k, v in toset(["b", "a"]) : "${k}${v}"], [for x in [[1, 2], [3]] : [for y in x : y * 2]]] }
output "for_object" { value = { for x in local.list : x => upper(x) } }
output "for_object_if" { value = { for k, v in local.map : k => v if v > 1 } }
output "for_object_grouped" { value = { for p in concat(local.people, [{ name = "cid", age = 20 }]) : p.age => p.name... } }
output "for_shadows" { value = [for local in [1, 2] : local] }
output "expanded" { value = [max([1, 5, 3]...), concat([[1], [2]]...), format("%s-%s", ["a", "b"]...)] }
output "chain" { value = local.chain }
output "path" { value = [path.module, path.root] }
output "variables" { value = [var.text, var.number, var.flag, var.names, var.unique, var.sizes, var.service, var.pair, var.anything, var.untyped, var.from_file, var.from_auto, var.given_list, var.nothing] }
output "resource_values" { value = [terraform_data.one.input, terraform_data.counted[1].input, terraform_data.each["x"].input, terraform_data.counted[*].input, [for key, item in terraform_data.each : item.input], values(terraform_data.each)[*].input, length(terraform_data.counted), length(terraform_data.none)] }
