variable "prefix" {
  type = string
}

variable "names" {
  type = list(string)
}

variable "separator" {
  type    = string
  default = "/"
}

resource "terraform_data" "inner" {
  for_each = toset(var.names)
  input    = "${var.prefix}${var.separator}${each.key}"
}

output "joined" {
  value = join(",", [for item in terraform_data.inner : item.input])
}

output "path" {
  value = path.module
}
