variable "text" {
  type = string
}

variable "number" {
  type    = number
  default = "42"
}

variable "flag" {
  type    = bool
  default = true
}

variable "names" {
  type    = list(string)
  default = ["b", "a", "b"]
}

variable "unique" {
  type    = set(string)
  default = ["b", "a", "b"]
}

variable "sizes" {
  type    = map(number)
  default = { small = "1", large = 10 }
}

variable "service" {
  type = object({
    name     = string
    port     = optional(number, 8080)
    internal = optional(bool)
  })
  default = { name = "orders", unexpected = true }
}

variable "pair" {
  type    = tuple([string, number])
  default = ["a", 1]
}

variable "anything" {
  type    = any
  default = { a = [1, "x", true] }
}

variable "untyped" {
  default = "untyped"
}

variable "from_file" {
  default = "default"
}

variable "from_auto" {
  type    = list(string)
  default = []
}

variable "given_list" {
  type = list(number)
}

variable "nothing" {
  type    = string
  default = null
}

variable "password" {
  type      = string
  sensitive = true
  default   = "correct horse"
}
