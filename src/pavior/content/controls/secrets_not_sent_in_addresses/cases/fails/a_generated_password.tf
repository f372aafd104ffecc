resource "random_password" "token" {
  length = 32
}

data "http" "started" {
  url = "https://builds.example/started?token=${random_password.token.result}"
}
